/* A meter with a level that can be set, as a device of a Huawei IoT platform (chapter 2): it reports and takes commands.
 *
 *     apt-get install gcc libmosquitto-dev libcjson-dev libssl-dev
 *     gcc -std=c99 -Wall -o meter meter.c -lmosquitto -lcjson -lcrypto
 *     IOT_CONFORMANCE_SECRET=... ./meter HOST PORT CA_FILE DEVICE_ID [REPORT_EVERY_S]
 *
 * Copy it and replace the meter. Every connection is made with a client of its own, because the password holds the hour.
 */
#define _POSIX_C_SOURCE 200809L
#include <cjson/cJSON.h>
#include <mosquitto.h>
#include <openssl/hmac.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { KEEP_ALIVE_S = 60, FIRST_WAIT_S = 1, LONGEST_WAIT_S = 60 };

static const char *device_id, *secret;
static char data_topic[300], command_topic[300];
static int level = 42;
static bool up;

static bool credentials(char *client_id, size_t size, char password[65])
{
    char hour[11];
    time_t now = time(NULL);
    unsigned char digest[EVP_MAX_MD_SIZE];
    strftime(hour, sizeof hour, "%Y%m%d%H", gmtime(&now));
    /* The hour is the key, the secret the message. Type 0: by device id; 1: the platform checks the hour. */
    if (!HMAC(EVP_sha256(), hour, 10, (const unsigned char *)secret, strlen(secret), digest, NULL))
        return false;
    for (int i = 0; i < 32; i++)
        snprintf(password + 2 * i, 3, "%02x", digest[i]);
    return snprintf(client_id, size, "%s_0_1_%s", device_id, hour) < (int)size;
}

static void publish(struct mosquitto *client, cJSON *message)
{
    char *text = cJSON_PrintUnformatted(message);
    cJSON_Delete(message);
    if (text)
        mosquitto_publish(client, NULL, data_topic, (int)strlen(text), text, 1, false);
    cJSON_free(text);
}

static void report(struct mosquitto *client)
{
    cJSON *message = cJSON_CreateObject(), *service = cJSON_CreateObject();
    cJSON_AddStringToObject(message, "msgType", "deviceReq");
    cJSON_AddItemToArray(cJSON_AddArrayToObject(message, "data"), service);
    cJSON_AddStringToObject(service, "serviceId", "Meter");
    cJSON_AddNumberToObject(cJSON_AddObjectToObject(service, "serviceData"), "level", level);
    publish(client, message);
}

static bool is_text(const cJSON *item, const char *text)
{
    return cJSON_IsString(item) && (!text || !strcmp(item->valuestring, text));
}

static bool is_integer(const cJSON *item, int least, int greatest)
{
    return cJSON_IsNumber(item) && item->valuedouble >= least && item->valuedouble <= greatest
           && item->valuedouble == (int)item->valuedouble;
}

/* Take a command and return its errcode; -1 for what is no command, which is not answered. */
static int carry_out(const cJSON *command, int *mid)
{
    const cJSON *number = cJSON_GetObjectItemCaseSensitive(command, "mid");
    const cJSON *service = cJSON_GetObjectItemCaseSensitive(command, "serviceId");
    const cJSON *name = cJSON_GetObjectItemCaseSensitive(command, "cmd");
    const cJSON *paras = cJSON_GetObjectItemCaseSensitive(command, "paras");
    const cJSON *value = cJSON_GetObjectItemCaseSensitive(paras, "value");
    if (!is_text(cJSON_GetObjectItemCaseSensitive(command, "msgType"), "cloudReq") || !is_integer(number, 1, 65535)
        || !is_text(service, NULL) || !is_text(name, NULL) || !cJSON_IsObject(paras))
        return -1;
    *mid = (int)number->valuedouble;
    if (!is_text(service, "Meter") || !is_text(name, "SET_LEVEL") || !is_integer(value, 0, 100))
        return 1;
    level = (int)value->valuedouble;
    return 0;
}

static void on_message(struct mosquitto *client, void *nothing, const struct mosquitto_message *message)
{
    cJSON *command = cJSON_ParseWithLength(message->payload, (size_t)message->payloadlen);
    int mid = 0, errcode = carry_out(command, &mid);
    (void)nothing;
    cJSON_Delete(command);
    if (errcode < 0)
        return;
    cJSON *answer = cJSON_CreateObject();
    cJSON_AddStringToObject(answer, "msgType", "deviceRsp");
    cJSON_AddNumberToObject(answer, "mid", mid);
    cJSON_AddNumberToObject(answer, "errcode", errcode);
    publish(client, answer);
}

static void on_connect(struct mosquitto *client, void *nothing, int code)
{
    (void)nothing;
    up = code == 0;
    if (up)
        mosquitto_subscribe(client, NULL, command_topic, 1);
    else
        mosquitto_disconnect(client);
}

static void on_subscribe(struct mosquitto *client, void *nothing, int id, int count, const int *granted)
{
    (void)nothing, (void)id, (void)count, (void)granted;
    report(client);
}

/* Connect and work until the connection is lost. */
static void once(const char *host, int port, const char *ca_file, int every_s)
{
    char client_id[300], password[65];
    time_t next = time(NULL) + every_s;
    up = false;
    if (!credentials(client_id, sizeof client_id, password))
        return;
    struct mosquitto *client = mosquitto_new(client_id, true, NULL);
    if (!client)
        return;
    mosquitto_username_pw_set(client, device_id, password);
    mosquitto_tls_set(client, ca_file, NULL, NULL, NULL, NULL); /* verifies the authority, the dates and the name */
    mosquitto_connect_callback_set(client, on_connect);
    mosquitto_subscribe_callback_set(client, on_subscribe);
    mosquitto_message_callback_set(client, on_message);
    int result = mosquitto_connect(client, host, port, KEEP_ALIVE_S);
    while (result == MOSQ_ERR_SUCCESS) {
        result = mosquitto_loop(client, 200, 1);
        if (up && time(NULL) >= next) {
            next = time(NULL) + every_s;
            report(client);
        }
    }
    fprintf(stderr, "%s\n", mosquitto_strerror(result));
    mosquitto_destroy(client);
}

int main(int count, char **words)
{
    secret = getenv("IOT_CONFORMANCE_SECRET");
    if (count < 5 || !secret) {
        fprintf(stderr, "usage: IOT_CONFORMANCE_SECRET=... %s HOST PORT CA_FILE DEVICE_ID [REPORT_EVERY_S]\n", words[0]);
        return 2;
    }
    device_id = words[4];
    snprintf(data_topic, sizeof data_topic, "/huawei/v1/devices/%s/data/json", device_id);
    snprintf(command_topic, sizeof command_topic, "/huawei/v1/devices/%s/command/json", device_id);
    mosquitto_lib_init();
    for (unsigned wait_s = FIRST_WAIT_S;; wait_s = up || 2 * wait_s > LONGEST_WAIT_S ? FIRST_WAIT_S : 2 * wait_s) {
        once(words[1], atoi(words[2]), words[3], count > 5 ? atoi(words[5]) : 30);
        sleep(wait_s);
    }
}
