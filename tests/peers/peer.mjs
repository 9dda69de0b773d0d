// Asks npm's jose: `sign ALG KEYFILE` prints a token, `verify ALG KEYFILE TOKEN` prints its claims or fails.
import { readFileSync } from "node:fs";
import { importJWK, jwtVerify, SignJWT } from "jose";

const [task, alg, file, token] = process.argv.slice(2);
const jwk = JSON.parse(readFileSync(file, "utf8"));
const key = await importJWK(jwk, alg);
if (task === "sign") {
  const header = { alg, typ: "JWT", kid: jwk.kid };
  console.log(await new SignJWT({ sub: "peer" }).setProtectedHeader(header).setExpirationTime("1h").sign(key));
} else {
  const { payload } = await jwtVerify(token, key, { algorithms: [alg] });
  console.log(JSON.stringify(payload));
}
