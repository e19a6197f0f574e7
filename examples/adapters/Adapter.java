import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.security.Key;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.interfaces.RSAKey;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.OAEPParameterSpec;
import javax.crypto.spec.PSource;
import javax.crypto.spec.SecretKeySpec;

/**
 * An adapter in Java (17 or later): DES envelope, MQTT password and RSA token header, with the JDK alone.
 *
 * <p>The JDK has no JSON, so a small reader and writer stand at the end; a project with Jackson or Gson does without them.
 * Run it with: command = "java examples/adapters/Adapter.java"
 */
public class Adapter {
    private static final Map<String, List<String>> OPERATIONS = new LinkedHashMap<>();

    static {
        OPERATIONS.put("envelope", List.of("encrypt", "decrypt", "sign", "verify"));
        OPERATIONS.put("mqtt-password", List.of("password", "verify", "compose-client-id", "parse-client-id"));
        OPERATIONS.put("rsa-token", List.of("encrypt", "decrypt"));
    }

    public static void main(String[] arguments) throws Exception {
        BufferedReader requests = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        PrintStream replies = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        for (String line = requests.readLine(); line != null; line = requests.readLine()) {
            Map<String, Object> request = object(new Json(line).value());
            if (request.get("type").equals("stop")) {
                return;
            }
            Map<String, Object> reply = reply(request);
            reply.put("id", request.get("id"));
            replies.print(Json.text(reply) + "\n");
            replies.flush();
        }
    }

    private static Map<String, Object> reply(Map<String, Object> request) {
        Map<String, Object> reply = new LinkedHashMap<>();
        if (request.get("type").equals("start")) {
            Map<String, Object> schemes = new LinkedHashMap<>();
            OPERATIONS.forEach((scheme, names) -> schemes.put(scheme, Map.of("operations", names)));
            reply.put("type", "started");
            reply.put("protocol", 1);
            reply.put("name", "Java example");
            reply.put("version", System.getProperty("java.version"));
            reply.put("schemes", schemes);
            return reply;
        }
        try {
            reply.put("answer", perform(request.get("scheme") + " " + request.get("operation"), object(request.get("inputs"))));
            reply.put("type", "answer");
        } catch (Exception error) {
            reply.put("type", "refusal");
            reply.put("kind", "invalid");
            reply.put("text", String.valueOf(error.getMessage()));
        }
        return reply;
    }

    private static Map<String, Object> perform(String name, Map<String, Object> inputs) throws Exception {
        switch (name) {
            case "envelope encrypt":
                return Map.of("body", encryptBody(inputs));
            case "envelope decrypt":
                byte[] plain = des(Cipher.DECRYPT_MODE, inputs, readBase64(text(inputs, "body")));
                return Map.of("body", StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(plain)).toString());
            case "envelope sign":
                return Map.of("sign", sign(inputs, inputs.get("encrypted").equals(true) ? encryptBody(inputs) : ""));
            case "envelope verify":
                return Map.of("accepted", sign(inputs, text(inputs, "body")).equals(text(inputs, "sign")));
            case "mqtt-password password":
                return Map.of("password", password(text(inputs, "timestamp"), text(inputs, "secret")));
            case "mqtt-password verify":
                return Map.of("accepted", verifyConnect(inputs));
            case "mqtt-password compose-client-id":
                return Map.of("clientId", composeClientId(inputs));
            case "mqtt-password parse-client-id":
                return parseClientId(text(inputs, "clientId"));
            case "rsa-token encrypt":
                Cipher encrypting = rsa(Cipher.ENCRYPT_MODE, publicKey(text(inputs, "publicKey")), inputs);
                return Map.of("ciphertext", writeBase64(encrypting.doFinal(hex(text(inputs, "messageHex")))));
            case "rsa-token decrypt":
                return Map.of("messageHex", HexFormat.of().formatHex(decryptToken(inputs)));
            default:
                throw new IllegalArgumentException(name);
        }
    }

    // The signed envelope

    private static byte[] des(int mode, Map<String, Object> inputs, byte[] data) throws Exception {
        byte[] key = utf8(text(inputs, "secretKey"));
        if (key.length != 8 || (mode == Cipher.DECRYPT_MODE && data.length == 0)) {
            throw new IllegalArgumentException("no key of 8 bytes, or nothing to decrypt");
        }
        Cipher cipher = Cipher.getInstance("DES/ECB/PKCS5Padding"); // "DES" alone is the same, by luck of the default
        cipher.init(mode, new SecretKeySpec(key, "DES"));
        return cipher.doFinal(data);
    }

    private static String encryptBody(Map<String, Object> inputs) throws Exception {
        return writeBase64(des(Cipher.ENCRYPT_MODE, inputs, utf8(text(inputs, "body"))));
    }

    private static String sign(Map<String, Object> inputs, String body) throws Exception {
        String signed = text(inputs, "timeStamp") + text(inputs, "pId");
        if (inputs.get("encrypted").equals(true)) {
            signed = body + signed + text(inputs, "secretKey");
        }
        byte[] digest = MessageDigest.getInstance("MD5").digest(utf8(signed));
        return writeBase64(HexFormat.of().formatHex(digest).getBytes(StandardCharsets.US_ASCII));
    }

    // MQTT client id and password

    private static final Pattern CLIENT_ID = Pattern.compile("(.+)_([02])_([01])_([0-9]{10})", Pattern.DOTALL);

    private static String password(String timestamp, String secret) throws Exception {
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(utf8(timestamp), "HmacSHA256")); // refuses an empty key
        return HexFormat.of().formatHex(mac.doFinal(utf8(secret)));
    }

    private static LocalDateTime hour(String stamp) {
        if (stamp.startsWith("0000")) {
            throw new IllegalArgumentException("no year 0");
        }
        return LocalDateTime.of(Integer.parseInt(stamp.substring(0, 4)), Integer.parseInt(stamp.substring(4, 6)),
            Integer.parseInt(stamp.substring(6, 8)), Integer.parseInt(stamp.substring(8)), 0);
    }

    private static Map<String, Object> parseClientId(String text) {
        Matcher found = CLIENT_ID.matcher(text);
        if (!found.matches() || text.codePointCount(0, text.length()) > 256) {
            throw new IllegalArgumentException("not a client id");
        }
        if (found.group(3).equals("1")) {
            hour(found.group(4));
        }
        return Map.of("deviceId", found.group(1), "authType", found.group(2), "signType", found.group(3),
            "timestamp", found.group(4));
    }

    private static LocalDateTime hourOfClock(Map<String, Object> inputs) {
        return OffsetDateTime.parse(text(inputs, "clock")).atZoneSameInstant(ZoneOffset.UTC).toLocalDateTime()
            .truncatedTo(ChronoUnit.HOURS);
    }

    private static String composeClientId(Map<String, Object> inputs) {
        LocalDateTime now = hourOfClock(inputs);
        if (now.getYear() < 1 || now.getYear() > 9999) {
            throw new IllegalArgumentException("no such year");
        }
        String stamp = String.format("%04d%02d%02d%02d", now.getYear(), now.getMonthValue(), now.getDayOfMonth(), now.getHour());
        String made = text(inputs, "deviceId") + "_" + text(inputs, "authType") + "_" + text(inputs, "signType") + "_" + stamp;
        Map<String, Object> parts = parseClientId(made);
        if (!parts.get("deviceId").equals(inputs.get("deviceId")) || !parts.get("authType").equals(inputs.get("authType"))) {
            throw new IllegalArgumentException("not the parts of a client id");
        }
        return made;
    }

    private static boolean verifyConnect(Map<String, Object> inputs) throws Exception {
        Map<String, Object> parts = parseClientId(text(inputs, "clientId"));
        String stamp = text(parts, "timestamp");
        if (parts.get("signType").equals("1")) {
            long apart = Math.abs(ChronoUnit.HOURS.between(hour(stamp), hourOfClock(inputs)));
            if (apart > ((Number) inputs.get("toleranceHours")).longValue()) {
                return false;
            }
        }
        return password(stamp, text(inputs, "secret")).equals(text(inputs, "password"));
    }

    // The RSA token header

    private static byte[] der(String key) {
        return readBase64(key.replaceAll("-----[A-Z ]+-----", "").replaceAll("\\s", ""));
    }

    /** DER of a PKCS#1 key inside the frame that says RSA, which is the only form that the JDK reads. */
    private static byte[] framed(byte[] key, boolean isPrivate) {
        byte[] algorithm = hex("300d06092a864886f70d0101010500");
        if (isPrivate) {
            return tagged(0x30, hex("020100"), algorithm, tagged(0x04, key));
        }
        return tagged(0x30, algorithm, tagged(0x03, new byte[1], key));
    }

    private static byte[] tagged(int tag, byte[]... parts) {
        int length = Arrays.stream(parts).mapToInt(part -> part.length).sum();
        ByteBuffer made = ByteBuffer.allocate(length + 4).put((byte) tag).put((byte) 0x82).putShort((short) length);
        Arrays.stream(parts).forEach(made::put);
        return made.array();
    }

    private static Key publicKey(String text) throws Exception {
        KeyFactory factory = KeyFactory.getInstance("RSA");
        try {
            return factory.generatePublic(new X509EncodedKeySpec(der(text)));
        } catch (java.security.spec.InvalidKeySpecException error) {
            return factory.generatePublic(new X509EncodedKeySpec(framed(der(text), false)));
        }
    }

    private static Key privateKey(String text) throws Exception {
        KeyFactory factory = KeyFactory.getInstance("RSA");
        try {
            return factory.generatePrivate(new PKCS8EncodedKeySpec(der(text)));
        } catch (java.security.spec.InvalidKeySpecException error) {
            return factory.generatePrivate(new PKCS8EncodedKeySpec(framed(der(text), true)));
        }
    }

    private static Cipher rsa(int mode, Key key, Map<String, Object> inputs) throws Exception {
        Map<String, Object> padding = object(inputs.get("padding"));
        if (padding.get("name").equals("pkcs1-v1.5")) {
            Cipher cipher = Cipher.getInstance("RSA/ECB/PKCS1Padding");
            cipher.init(mode, key);
            return cipher;
        }
        // Java's own "OAEPWithSHA-256AndMGF1Padding" takes SHA-1 for MGF1: both are named here.
        Cipher cipher = Cipher.getInstance("RSA/ECB/OAEPPadding");
        cipher.init(mode, key, new OAEPParameterSpec(text(padding, "hash"), "MGF1",
            new MGF1ParameterSpec(text(padding, "mgfHash")), PSource.PSpecified.DEFAULT));
        return cipher;
    }

    private static byte[] decryptToken(Map<String, Object> inputs) throws Exception {
        Key key = privateKey(text(inputs, "privateKey"));
        byte[] data = readBase64(text(inputs, "ciphertext"));
        if (data.length != (((RSAKey) key).getModulus().bitLength() + 7) / 8) {
            throw new IllegalArgumentException("not as long as the modulus");
        }
        return rsa(Cipher.DECRYPT_MODE, key, inputs).doFinal(data);
    }

    // Texts and bytes

    @SuppressWarnings("unchecked")
    private static Map<String, Object> object(Object value) {
        return (Map<String, Object>) value;
    }

    private static String text(Map<String, Object> inputs, String name) {
        if (inputs.get(name) instanceof String text) {
            return text;
        }
        throw new IllegalArgumentException("no " + name);
    }

    private static byte[] utf8(String text) throws CharacterCodingException {
        // getBytes would write a question mark for a lone surrogate.
        ByteBuffer bytes = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(text));
        return Arrays.copyOf(bytes.array(), bytes.limit());
    }

    private static byte[] hex(String text) {
        return HexFormat.of().parseHex(text);
    }

    private static byte[] readBase64(String text) {
        byte[] data = Base64.getDecoder().decode(text);
        if (!writeBase64(data).equals(text)) { // the decoder takes a missing = and bits left over
            throw new IllegalArgumentException("not canonical Base64");
        }
        return data;
    }

    private static String writeBase64(byte[] data) {
        return Base64.getEncoder().encodeToString(data);
    }

    /** As much JSON as the protocol needs. */
    private static final class Json {
        private final String text;
        private int at;

        Json(String text) {
            this.text = text;
        }

        Object value() {
            skip();
            char first = text.charAt(at);
            if (first == '"') {
                return string();
            }
            if (first == '{' || first == '[') {
                return first == '{' ? members() : elements();
            }
            int start = at;
            while (at < text.length() && ",]} \t".indexOf(text.charAt(at)) < 0) {
                at++;
            }
            String word = text.substring(start, at);
            return switch (word) {
                case "true", "false" -> Boolean.valueOf(word);
                case "null" -> null;
                default -> Long.valueOf(word);
            };
        }

        private Map<String, Object> members() {
            Map<String, Object> found = new LinkedHashMap<>();
            while (next('}')) {
                String name = (String) value();
                skip();
                at++; // the colon
                found.put(name, value());
            }
            return found;
        }

        private List<Object> elements() {
            List<Object> found = new ArrayList<>();
            while (next(']')) {
                found.add(value());
            }
            return found;
        }

        /** Steps over the opening bracket or a comma; false, and over the closing one, at the end. */
        private boolean next(char closing) {
            skip();
            if (text.charAt(at) != closing) {
                at++;
                skip();
            }
            if (text.charAt(at) != closing) {
                return true;
            }
            at++;
            return false;
        }

        private void skip() {
            while (text.charAt(at) == ' ' || text.charAt(at) == '\t') {
                at++;
            }
        }

        private String string() {
            StringBuilder found = new StringBuilder();
            for (at++; text.charAt(at) != '"'; at++) {
                if (text.charAt(at) != '\\') {
                    found.append(text.charAt(at));
                    continue;
                }
                char escaped = text.charAt(++at);
                if (escaped == 'u') {
                    found.append((char) Integer.parseInt(text.substring(at + 1, at + 5), 16));
                    at += 4;
                } else {
                    int known = "bfnrt".indexOf(escaped);
                    found.append(known < 0 ? escaped : "\b\f\n\r\t".charAt(known));
                }
            }
            at++;
            return found.toString();
        }

        static String text(Object value) {
            if (value instanceof Map<?, ?> map) {
                List<String> members = new ArrayList<>();
                map.forEach((name, child) -> members.add(text(name) + ":" + text(child)));
                return "{" + String.join(",", members) + "}";
            }
            if (value instanceof List<?> list) {
                return "[" + String.join(",", list.stream().map(Json::text).toList()) + "]";
            }
            if (!(value instanceof String string)) {
                return String.valueOf(value);
            }
            StringBuilder made = new StringBuilder("\"");
            for (char each : string.toCharArray()) {
                boolean plain = each >= ' ' && each < 0x7f && each != '"' && each != '\\';
                made.append(plain ? String.valueOf(each) : String.format("\\u%04x", (int) each));
            }
            return made.append('"').toString();
        }
    }
}
