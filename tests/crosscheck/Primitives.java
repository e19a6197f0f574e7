import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.HexFormat;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.OAEPParameterSpec;
import javax.crypto.spec.PSource;
import javax.crypto.spec.SecretKeySpec;

/**
 * The primitives by Java's own library: one task per line on standard input, its kind and its operands in hexadecimal,
 * joined by commas; one result per line on standard output, in hexadecimal, or "refused".
 */
public final class Primitives {
    private static final HexFormat HEX = HexFormat.of();

    public static void main(String[] arguments) throws Exception {
        var in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII));
        var out = new StringBuilder();
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            String[] words = line.split(",", -1);
            byte[][] parts = new byte[words.length - 1][];
            for (int i = 1; i < words.length; i++) {
                parts[i - 1] = HEX.parseHex(words[i]);
            }
            try {
                byte[] result = perform(words[0], parts);
                out.append('=').append(HEX.formatHex(result));
            } catch (GeneralSecurityException refusal) {
                out.append("refused");
            }
            out.append('\n');
        }
        System.out.print(out);
        System.out.flush();
    }

    private static byte[] perform(String kind, byte[][] parts) throws GeneralSecurityException {
        switch (kind) {
            case "md5":
                return MessageDigest.getInstance("MD5").digest(parts[0]);
            case "hmac-sha256":
                Mac mac = Mac.getInstance("HmacSHA256");
                mac.init(new SecretKeySpec(parts[0], "HmacSHA256"));
                return mac.doFinal(parts[1]);
            case "des-encrypt":
                return des(Cipher.ENCRYPT_MODE, parts);
            case "des-decrypt":
                return des(Cipher.DECRYPT_MODE, parts);
            case "rsa-raw":
                Cipher raw = Cipher.getInstance("RSA/ECB/NoPadding");
                raw.init(Cipher.ENCRYPT_MODE, publicKey(parts[0]));
                return raw.doFinal(parts[1]);
            case "rsa-decrypt":
                return rsa(Cipher.DECRYPT_MODE, privateKey(parts[0]), parts[1], Arrays.copyOfRange(parts, 2, parts.length));
            case "rsa-round-trip":
                byte[][] hashes = Arrays.copyOfRange(parts, 3, parts.length);
                byte[] sent = rsa(Cipher.ENCRYPT_MODE, publicKey(parts[0]), parts[2], hashes);
                return rsa(Cipher.DECRYPT_MODE, privateKey(parts[1]), sent, hashes);
            default:
                throw new IllegalArgumentException(kind);
        }
    }

    private static byte[] des(int mode, byte[][] parts) throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance("DES/ECB/PKCS5Padding");
        cipher.init(mode, new SecretKeySpec(parts[0], "DES"));
        return cipher.doFinal(parts[1]);
    }

    private static byte[] rsa(int mode, Key key, byte[] data, byte[][] hashes) throws GeneralSecurityException {
        Cipher cipher;
        if (hashes.length == 0) {
            cipher = Cipher.getInstance("RSA/ECB/PKCS1Padding");
            cipher.init(mode, key);
        } else {
            String hash = new String(hashes[0], StandardCharsets.US_ASCII);
            var mgf = new MGF1ParameterSpec(new String(hashes[1], StandardCharsets.US_ASCII));
            cipher = Cipher.getInstance("RSA/ECB/OAEPPadding");
            cipher.init(mode, key, new OAEPParameterSpec(hash, "MGF1", mgf, PSource.PSpecified.DEFAULT));
        }
        return cipher.doFinal(data);
    }

    private static Key publicKey(byte[] der) throws GeneralSecurityException {
        return KeyFactory.getInstance("RSA").generatePublic(new X509EncodedKeySpec(der));
    }

    private static Key privateKey(byte[] der) throws GeneralSecurityException {
        return KeyFactory.getInstance("RSA").generatePrivate(new PKCS8EncodedKeySpec(der));
    }
}
