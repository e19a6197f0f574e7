/* The vectors without a JSON parser: checks HMAC passwords against the exported C arrays.
 *
 * iot-conformance vectors export --format c-header --scheme mqtt-password --out vectors
 * cc -std=c99 -Wall -Werror -Ivectors -o check_password check_password.c -lcrypto && ./check_password
 *
 * With an argument it exchanges key and message, to show what a failure looks like.
 */
#include "iot_mqtt_password_password.h"
#include <openssl/hmac.h>
#include <stdio.h>
#include <string.h>

/* Your routine: the hexadecimal password into `made`; 0 where it refuses. */
static int password(iot_text timestamp, iot_text secret, char made[65])
{
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned size;
    if (timestamp.size == 0) return 0;
    HMAC(EVP_sha256(), timestamp.data, (int)timestamp.size, (const unsigned char *)secret.data, secret.size, digest, &size);
    for (unsigned i = 0; i < size; i++) sprintf(made + 2 * i, "%02x", digest[i]);
    return 1;
}

int main(int count, char **arguments)
{
    int failures = 0;
    (void)arguments;
    for (int i = 0; i < IOT_MQTT_PASSWORD_PASSWORD_COUNT; i++) {
        const iot_mqtt_password_password_vector *test = &iot_mqtt_password_password[i];
        iot_text key = test->inputs.timestamp, message = test->inputs.secret;
        char made[65] = "";
        int answered = count > 1 ? password(message, key, made) : password(key, message, made);
        int right = answered && test->expected.password.data && !strcmp(made, test->expected.password.data);
        if (test->result == IOT_VALID ? right : !answered || (test->result == IOT_ACCEPTABLE && right)) continue;
        fprintf(stderr, "%s: %s %s\n", test->id, test->comment, test->flags);
        failures++;
    }
    return failures > 0;
}
