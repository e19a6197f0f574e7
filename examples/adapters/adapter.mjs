// An adapter in Node (18 or later): DES envelope, MQTT password and RSA token header, with node:crypto alone.
//
// Two things that Node refuses are done by hand: DES needs the legacy provider of OpenSSL 3, but triple DES with three
// times the same key is DES; and private decryption with PKCS#1 v1.5 padding is blocked, so the block is decrypted without
// padding and checked here. OAEP with two different hashes is not offered by Node and therefore not declared.
// Run it with: command = "node examples/adapters/adapter.mjs"

import crypto from "node:crypto";
import readline from "node:readline";

const refuse = (text) => { throw new Error(text); };
const strictText = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

function utf8(text) {
  const data = Buffer.from(text, "utf8"); // writes another character for a lone surrogate, therefore:
  return data.toString("utf8") === text ? data : refuse("not Unicode");
}

function readBase64(text) {
  const data = Buffer.from(text, "base64"); // skips what it does not know, therefore:
  return data.toString("base64") === text ? data : refuse("not canonical Base64");
}

// The signed envelope

function des(make, secretKey, data) {
  const key = utf8(secretKey);
  if (key.length !== 8) refuse("secretKey has not 8 bytes");
  const cipher = make("des-ede3", Buffer.concat([key, key, key]), null);
  return Buffer.concat([cipher.update(data), cipher.final()]);
}

const encryptBody = ({ body, secretKey }) => des(crypto.createCipheriv, secretKey, utf8(body)).toString("base64");

const decryptBody = ({ body, secretKey }) =>
  strictText.decode(des(crypto.createDecipheriv, secretKey, readBase64(body)));

function signOf({ encrypted, timeStamp, pId, secretKey }, body) {
  if (encrypted && secretKey === undefined) refuse("no secretKey");
  const text = encrypted ? body + timeStamp + pId + secretKey : timeStamp + pId;
  return Buffer.from(crypto.createHash("md5").update(utf8(text)).digest("hex")).toString("base64");
}

// MQTT client id and password

function passwordOf(timestamp, secret) {
  if (!timestamp) refuse("no timestamp");
  return crypto.createHmac("sha256", utf8(timestamp)).update(utf8(secret)).digest("hex");
}

function hourOf(stamp) {
  const iso = stamp.replace(/(....)(..)(..)(..)/, "$1-$2-$3T$4:00:00.000Z");
  const moment = new Date(iso); // takes 30 February and 24 o'clock for other days, therefore:
  if (stamp < "0001" || Number.isNaN(+moment) || moment.toISOString() !== iso) refuse("no hour of the calendar");
  return +moment / 3600e3;
}

function parseClientId(text) {
  const match = /^([^]+)_([02])_([01])_([0-9]{10})$/.exec(text);
  if (!match || [...text].length > 256) refuse("not a client id");
  const [, deviceId, authType, signType, timestamp] = match;
  if (signType === "1") hourOf(timestamp);
  return { deviceId, authType, signType, timestamp };
}

function composeClientId({ deviceId, authType, signType, clock }) {
  const year = new Date(clock).getUTCFullYear();
  if (year < 1 || year > 9999) refuse("no such year");
  const stamp = new Date(clock).toISOString().replace(/[-T]/g, "").slice(0, 10);
  const clientId = [deviceId, authType, signType, stamp].join("_");
  const parts = parseClientId(clientId);
  if (parts.deviceId !== deviceId || parts.authType !== authType) refuse("not the parts of a client id");
  return { clientId };
}

function verifyConnect({ clientId, password, secret, clock, toleranceHours }) {
  const parts = parseClientId(clientId);
  const now = Math.floor(+new Date(clock) / 3600e3);
  if (parts.signType === "1" && Math.abs(now - hourOf(parts.timestamp)) > toleranceHours) return false;
  return passwordOf(parts.timestamp, secret) === password;
}

// The RSA token header

function keyOf(text, types, make) {
  if (text.startsWith("-----")) return make({ key: text, format: "pem" });
  const der = readBase64(text.replace(/\s/g, ""));
  for (const type of types) {
    try { return make({ key: der, format: "der", type }); } catch { /* the next form */ }
  }
  return refuse("not a key");
}

function paddingOf({ name, hash }) {
  if (name === "pkcs1-v1.5") return { padding: crypto.constants.RSA_PKCS1_PADDING };
  return { padding: crypto.constants.RSA_PKCS1_OAEP_PADDING, oaepHash: hash.replace("-", "") };
}

function rsaEncrypt({ publicKey, padding, messageHex }) {
  const key = keyOf(publicKey, ["spki", "pkcs1"], crypto.createPublicKey);
  return crypto.publicEncrypt({ key, ...paddingOf(padding) }, Buffer.from(messageHex, "hex")).toString("base64");
}

function rsaDecrypt({ privateKey, padding, ciphertext }) {
  const key = keyOf(privateKey, ["pkcs8", "pkcs1"], crypto.createPrivateKey);
  const data = readBase64(ciphertext);
  const size = Math.ceil(key.asymmetricKeyDetails.modulusLength / 8);
  if (data.length !== size) refuse("not as long as the modulus");
  if (padding.name !== "pkcs1-v1.5") return crypto.privateDecrypt({ key, ...paddingOf(padding) }, data).toString("hex");
  const block = crypto.privateDecrypt({ key, padding: crypto.constants.RSA_NO_PADDING }, data);
  const end = block.indexOf(0, 2);
  if (block[0] !== 0 || block[1] !== 2 || end < 10) refuse("wrong padding"); // a real service tells nobody, RFC 8017 7.2.2
  return block.subarray(end + 1).toString("hex");
}

const oaep = (hash) => ({ name: "oaep", hash, mgfHash: hash });
const schemes = {
  "envelope": {
    operations: {
      "encrypt": (inputs) => ({ body: encryptBody(inputs) }),
      "decrypt": (inputs) => ({ body: decryptBody(inputs) }),
      "sign": (inputs) => ({ sign: signOf(inputs, inputs.encrypted ? encryptBody(inputs) : "") }),
      "verify": (inputs) => ({ accepted: signOf(inputs, inputs.body) === inputs.sign }),
    },
  },
  "mqtt-password": {
    operations: {
      "password": ({ timestamp, secret }) => ({ password: passwordOf(timestamp, secret) }),
      "verify": (inputs) => ({ accepted: verifyConnect(inputs) }),
      "compose-client-id": composeClientId,
      "parse-client-id": ({ clientId }) => parseClientId(clientId),
    },
  },
  "rsa-token": {
    operations: {
      "encrypt": (inputs) => ({ ciphertext: rsaEncrypt(inputs) }),
      "decrypt": (inputs) => ({ messageHex: rsaDecrypt(inputs) }),
    },
    options: { padding: [{ name: "pkcs1-v1.5" }, oaep("SHA-1"), oaep("SHA-256"), oaep("SHA-512")] },
  },
};

function reply(request) {
  if (request.type === "start") {
    const declared = Object.entries(schemes).map(([name, scheme]) => [
      name, { ...scheme, operations: Object.keys(scheme.operations) },
    ]);
    const version = process.versions.node;
    return { type: "started", protocol: 1, name: "Node example", version, schemes: Object.fromEntries(declared) };
  }
  try {
    const answer = schemes[request.scheme].operations[request.operation](request.inputs);
    return { type: "answer", answer };
  } catch (error) {
    return { type: "refusal", kind: "invalid", text: error.message };
  }
}

for await (const line of readline.createInterface({ input: process.stdin })) {
  const request = JSON.parse(line);
  if (request.type === "stop") break;
  process.stdout.write(JSON.stringify({ id: request.id, ...reply(request) }) + "\n");
}
