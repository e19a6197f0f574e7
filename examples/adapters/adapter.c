/* An adapter in C: DES envelope and MQTT password, with OpenSSL 3.
 *
 * DES itself is in OpenSSL's legacy provider; triple DES with three times the same key is DES and is always there.
 * Build: cc -std=c99 -Wall -Werror -o adapter adapter.c -lcrypto       Run: command = "./adapter"
 */
#define _POSIX_C_SOURCE 200809L
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A text of known size: vectors hold NUL bytes. Everything lives until the request is done. */
typedef struct {
    const char *data;
    size_t size;
} Text;

static char arena[16 << 20];
static size_t used;
static jmp_buf refused;
static const char *reason;

static void refuse(const char *why)
{
    reason = why;
    longjmp(refused, 1);
}

static char *room(size_t size)
{
    if (size > sizeof arena - used) refuse("too long for this adapter");
    used += size;
    return arena + used - size;
}

static Text text_of(const char *data) { return (Text){data, strlen(data)}; }

static Text join(int count, const Text *parts)
{
    Text all = {arena + used, 0};
    for (int i = 0; i < count; i++) {
        memcpy(room(parts[i].size), parts[i].data, parts[i].size);
        all.size += parts[i].size;
    }
    return all;
}

static int same(Text a, Text b) { return a.size == b.size && memcmp(a.data, b.data, a.size) == 0; }

/* JSON: as much as the requests need. They are ASCII, one line, without blanks. */

static const char *skip(const char *at)
{
    int depth = 0;
    do {
        if (*at == '"') {
            for (at++; *at != '"'; at++) at += *at == '\\';
            at++;
        } else if (*at == '{' || *at == '[') {
            depth++, at++;
        } else if (*at == '}' || *at == ']') {
            depth--, at++;
        } else {
            at++;
        }
    } while (*at && (depth > 0 || !strchr(",:]}", *at)));
    return at;
}

/* The value of a member of an object, or NULL. */
static const char *member(const char *object, const char *name)
{
    while (*object && *object != '}') {
        const char *key = object + 1, *end = skip(key), *value = end + 1;
        if ((size_t)(end - key) == strlen(name) + 2 && memcmp(key + 1, name, strlen(name)) == 0) return value;
        object = skip(value);
    }
    return NULL;
}

static unsigned hex4(const char *at)
{
    char digits[5] = {at[0], at[1], at[2], at[3], 0};
    return (unsigned)strtoul(digits, NULL, 16);
}

static Text string(const char *object, const char *name)
{
    const char *at = member(object, name);
    if (!at || *at != '"') refuse("a member is missing");
    char *start = room((size_t)(skip(at) - at)), *to = start;
    for (at++; *at != '"'; at++) {
        if (*at != '\\') {
            *to++ = *at;
            continue;
        }
        const char *plain = "\b\f\n\r\t", *letters = "bfnrt", *found = strchr(letters, *++at);
        if (*at != 'u') {
            *to++ = found ? plain[found - letters] : *at;
            continue;
        }
        unsigned code = hex4(at + 1);
        at += 4;
        if (code >= 0xd800 && code < 0xdc00 && at[1] == '\\' && at[2] == 'u' && (hex4(at + 3) & 0xfc00) == 0xdc00) {
            code = 0x10000 + ((code - 0xd800) << 10) + (hex4(at + 3) - 0xdc00);
            at += 6;
        } else if (code >= 0xd800 && code < 0xe000) {
            refuse("not Unicode");
        }
        if (code < 0x80) {
            *to++ = (char)code;
        } else {
            int more = code < 0x800 ? 1 : code < 0x10000 ? 2 : 3;
            *to++ = (char)((0xff00 >> (more + 1)) | (code >> (6 * more)));
            while (more-- > 0) *to++ = (char)(0x80 | ((code >> (6 * more)) & 0x3f));
        }
    }
    return (Text){start, (size_t)(to - start)};
}

static int is_true(const char *object, const char *name)
{
    const char *value = member(object, name);
    return value && *value == 't';
}

static void print_member(const char *name, Text value)
{
    printf("\"%s\":\"", name);
    for (size_t i = 0; i < value.size; i++) {
        unsigned char each = (unsigned char)value.data[i];
        if (each < 0x20 || each == '"' || each == '\\') printf("\\u%04x", each);
        else putchar(each);
    }
    putchar('"');
}

/* Hexadecimal, Base64, UTF-8 */

static Text write_hex(const unsigned char *data, size_t size)
{
    char *made = room(2 * size + 1);
    for (size_t i = 0; i < size; i++) sprintf(made + 2 * i, "%02x", data[i]);
    return (Text){made, 2 * size};
}

static Text write_base64(Text data)
{
    unsigned char *made = (unsigned char *)room(data.size / 3 * 4 + 5);
    return (Text){(char *)made, (size_t)EVP_EncodeBlock(made, (const unsigned char *)data.data, (int)data.size)};
}

static Text read_base64(Text text)
{
    unsigned char *made = (unsigned char *)room(text.size + 1);
    int size = EVP_DecodeBlock(made, (const unsigned char *)text.data, (int)text.size);
    if (size < 0 || text.size % 4) refuse("not Base64");
    for (size_t i = text.size; i > 0 && i + 2 > text.size && text.data[i - 1] == '='; i--) size--;
    Text data = {(char *)made, (size_t)size};
    if (!same(write_base64(data), text)) refuse("not canonical Base64"); /* EVP_DecodeBlock trims white space */
    return data;
}

/* The number of characters; refuses what is not UTF-8. */
static size_t characters(Text text)
{
    static const unsigned least[] = {0, 0x80, 0x800, 0x10000};
    size_t count = 0;
    for (size_t i = 0; i < text.size; count++) {
        unsigned char first = (unsigned char)text.data[i++];
        int more = first < 0x80 ? 0 : first >= 0xf0 && first < 0xf8 ? 3 : first >= 0xe0 ? 2 : 1;
        if ((first >= 0x80 && first < 0xc0) || first >= 0xf8 || i + (size_t)more > text.size) refuse("not UTF-8");
        unsigned code = more ? first & (0x3fu >> more) : first;
        for (int k = 0; k < more; k++, i++) {
            if (((unsigned char)text.data[i] & 0xc0) != 0x80) refuse("not UTF-8");
            code = code << 6 | ((unsigned char)text.data[i] & 0x3f);
        }
        if (code < least[more] || code > 0x10ffff || (code >= 0xd800 && code < 0xe000)) refuse("not UTF-8");
    }
    return count;
}

/* The signed envelope */

static Text des(int encrypting, Text key, Text data)
{
    unsigned char key3[24], *made = (unsigned char *)room(data.size + 8);
    int size = 0, last = 0;
    if (key.size != 8) refuse("secretKey has not 8 bytes");
    for (int i = 0; i < 3; i++) memcpy(key3 + 8 * i, key.data, 8);
    EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new();
    int done = EVP_CipherInit_ex(context, EVP_des_ede3_ecb(), NULL, key3, NULL, encrypting) &&
               EVP_CipherUpdate(context, made, &size, (const unsigned char *)data.data, (int)data.size) &&
               EVP_CipherFinal_ex(context, made + size, &last);
    EVP_CIPHER_CTX_free(context);
    if (!done) refuse("not whole blocks, or wrong padding");
    return (Text){(char *)made, (size_t)(size + last)};
}

static Text encrypt_body(const char *inputs)
{
    return write_base64(des(1, string(inputs, "secretKey"), string(inputs, "body")));
}

static Text decrypt_body(const char *inputs)
{
    Text key = string(inputs, "secretKey"), data = read_base64(string(inputs, "body"));
    if (data.size == 0) refuse("nothing to decrypt");
    Text plain = des(0, key, data);
    characters(plain);
    return plain;
}

static Text sign(const char *inputs, Text body)
{
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned size;
    Text stamp = string(inputs, "timeStamp"), project = string(inputs, "pId");
    int encrypted = is_true(inputs, "encrypted");
    Text key = encrypted ? string(inputs, "secretKey") : text_of("");
    Text all = join(4, (Text[]){encrypted ? body : text_of(""), stamp, project, key});
    EVP_Digest(all.data, all.size, digest, &size, EVP_md5(), NULL);
    return write_base64(write_hex(digest, size));
}

/* MQTT client id and password */

static Text password(Text timestamp, Text secret)
{
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned size;
    if (timestamp.size == 0) refuse("no timestamp");
    HMAC(EVP_sha256(), timestamp.data, (int)timestamp.size, (const unsigned char *)secret.data, secret.size, digest, &size);
    return write_hex(digest, size);
}

static long number(const char *data, int digits)
{
    long value = 0;
    for (int i = 0; i < digits; i++) value = 10 * value + (data[i] - '0');
    return value;
}

static long days_of_month(long year, long month)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    return days[month - 1] + (month == 2 && (year % 4 == 0 && (year % 100 || year % 400 == 0)));
}

/* Hours since the year 0 (which no timestamp names). */
static long hours(long year, long month, long day, long hour)
{
    long days = 365 * year + (year + 3) / 4 - (year + 99) / 100 + (year + 399) / 400 + day - 1;
    for (long each = 1; each < month; each++) days += days_of_month(year, each);
    return 24 * days + hour;
}

static long hour_of(Text stamp)
{
    long year = number(stamp.data, 4), month = number(stamp.data + 4, 2);
    long day = number(stamp.data + 6, 2), hour = number(stamp.data + 8, 2);
    if (year < 1 || month < 1 || month > 12 || day < 1 || day > days_of_month(year, month) || hour > 23)
        refuse("no hour of the calendar");
    return hours(year, month, day, hour);
}

/* The hour in UTC of a clock as 2026-11-20T10:30:00+08:00; fractions of a second do not matter. */
static long hour_of_clock(Text clock)
{
    const char *at = clock.data, *zone = at + clock.size - 6;
    long offset = 60 * number(zone + 1, 2) + number(zone + 4, 2);
    long minutes = 60 * hours(number(at, 4), number(at + 5, 2), number(at + 8, 2), number(at + 11, 2)) + number(at + 14, 2);
    return (minutes + (*zone == '-' ? offset : -offset)) / 60;
}

typedef struct {
    Text device, auth, sign, timestamp;
} ClientId;

static ClientId parse(Text id)
{
    if (id.size < 16 || characters(id) > 256) refuse("too short or too long");
    const char *end = id.data + id.size, *tail = end - 15; /* _A_S_YYYYMMDDHH */
    if (tail[0] != '_' || (tail[1] != '0' && tail[1] != '2') || tail[2] != '_' || (tail[3] != '0' && tail[3] != '1') ||
        tail[4] != '_')
        refuse("not a client id");
    for (const char *digit = end - 10; digit < end; digit++)
        if (*digit < '0' || *digit > '9') refuse("not ten digits");
    ClientId parts = {{id.data, id.size - 15}, {tail + 1, 1}, {tail + 3, 1}, {end - 10, 10}};
    if (*parts.sign.data == '1') hour_of(parts.timestamp);
    return parts;
}

static Text compose(const char *inputs)
{
    long hour = hour_of_clock(string(inputs, "clock")), year = 0, month = 1, day;
    if (hour < hours(1, 1, 1, 0) || hour >= hours(10000, 1, 1, 0)) refuse("no such year");
    while (hours(year + 1, 1, 1, 0) <= hour) year++;
    while (month < 12 && hours(year, month + 1, 1, 0) <= hour) month++;
    hour -= hours(year, month, 1, 0);
    day = hour / 24 + 1;
    char stamp[64];
    snprintf(stamp, sizeof stamp, "%04ld%02ld%02ld%02ld", year, month, day, hour % 24);
    Text device = string(inputs, "deviceId"), auth = string(inputs, "authType"), line = text_of("_");
    Text id = join(7, (Text[]){device, line, auth, line, string(inputs, "signType"), line, text_of(stamp)});
    ClientId parts = parse(id);
    if (!same(parts.device, device) || !same(parts.auth, auth)) refuse("not the parts of a client id");
    return id;
}

static int verify_connect(const char *inputs)
{
    ClientId parts = parse(string(inputs, "clientId"));
    if (*parts.sign.data == '1') {
        long apart = hour_of_clock(string(inputs, "clock")) - hour_of(parts.timestamp);
        if (labs(apart) > strtol(member(inputs, "toleranceHours"), NULL, 10)) return 0;
    }
    return same(password(parts.timestamp, string(inputs, "secret")), string(inputs, "password"));
}

/* The protocol */

static void answer(const char *id, const char *name, Text value)
{
    printf("{\"id\":%s,\"type\":\"answer\",\"answer\":{", id);
    print_member(name, value);
    puts("}}");
}

static void accept_or_not(const char *id, int accepted)
{
    printf("{\"id\":%s,\"type\":\"answer\",\"answer\":{\"accepted\":%s}}\n", id, accepted ? "true" : "false");
}

static void perform(const char *id, const char *name, const char *inputs)
{
    if (!strcmp(name, "envelope encrypt")) {
        answer(id, "body", encrypt_body(inputs));
    } else if (!strcmp(name, "envelope decrypt")) {
        answer(id, "body", decrypt_body(inputs));
    } else if (!strcmp(name, "envelope sign")) {
        answer(id, "sign", sign(inputs, is_true(inputs, "encrypted") ? encrypt_body(inputs) : text_of("")));
    } else if (!strcmp(name, "envelope verify")) {
        accept_or_not(id, same(sign(inputs, string(inputs, "body")), string(inputs, "sign")));
    } else if (!strcmp(name, "mqtt-password password")) {
        answer(id, "password", password(string(inputs, "timestamp"), string(inputs, "secret")));
    } else if (!strcmp(name, "mqtt-password verify")) {
        accept_or_not(id, verify_connect(inputs));
    } else if (!strcmp(name, "mqtt-password compose-client-id")) {
        answer(id, "clientId", compose(inputs));
    } else if (!strcmp(name, "mqtt-password parse-client-id")) {
        ClientId parts = parse(string(inputs, "clientId"));
        printf("{\"id\":%s,\"type\":\"answer\",\"answer\":{", id);
        print_member("deviceId", parts.device);
        putchar(',');
        print_member("authType", parts.auth);
        putchar(',');
        print_member("signType", parts.sign);
        putchar(',');
        print_member("timestamp", parts.timestamp);
        puts("}}");
    } else {
        refuse("unknown operation");
    }
}

int main(void)
{
    static const char started[] =
        "\"type\":\"started\",\"protocol\":1,\"name\":\"C example\",\"version\":\"1.0\",\"schemes\":{"
        "\"envelope\":{\"operations\":[\"encrypt\",\"decrypt\",\"sign\",\"verify\"]},"
        "\"mqtt-password\":{\"operations\":[\"password\",\"verify\",\"compose-client-id\",\"parse-client-id\"]}}";
    char *line = NULL, id[24], name[64];
    size_t size = 0;
    while (getline(&line, &size, stdin) > 0) {
        used = 0;
        snprintf(id, sizeof id, "%ld", strtol(member(line, "id"), NULL, 10));
        if (!strncmp(member(line, "type"), "\"stop\"", 6)) break;
        if (!strncmp(member(line, "type"), "\"start\"", 7)) {
            printf("{\"id\":%s,%s}\n", id, started);
        } else if (setjmp(refused)) {
            printf("{\"id\":%s,\"type\":\"refusal\",\"kind\":\"invalid\",\"text\":\"%s\"}\n", id, reason);
        } else {
            Text scheme = string(line, "scheme"), operation = string(line, "operation");
            snprintf(name, sizeof name, "%.*s %.*s", (int)scheme.size, scheme.data, (int)operation.size, operation.data);
            perform(id, name, member(line, "inputs"));
        }
        fflush(stdout);
    }
    free(line);
    return 0;
}
