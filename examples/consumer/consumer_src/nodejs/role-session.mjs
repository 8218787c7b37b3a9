// Temporary credentials of the role in the API's account, kept until shortly before they expire.

import { send } from "./http.mjs";
import { queryOf, signed } from "./sigv4.mjs";

// New ones are fetched this long before the old ones expire: a request signed now must still be valid when it arrives.
const MARGIN_MS = 60_000;

let kept = { until: 0 };

export async function credentials() {
  if (kept.until <= Date.now()) kept = await assumed();
  return kept;
}

async function assumed() {
  const region = process.env.AWS_REGION;
  // STS of the function's own Region: no dependence on us-east-1, and tokens that are valid in every Region.
  const url = `https://sts.${region}.${region.startsWith("cn-") ? "amazonaws.com.cn" : "amazonaws.com"}/`;
  const body = queryOf({
    Action: "AssumeRole",
    Version: "2011-06-15",
    RoleArn: process.env.ROLE_ARN,
    RoleSessionName: process.env.AWS_LAMBDA_FUNCTION_NAME.slice(0, 64),
    ...(process.env.EXTERNAL_ID ? { ExternalId: process.env.EXTERNAL_ID } : {}),
  });
  const headers = signed({
    method: "POST",
    url,
    body,
    headers: { "content-type": "application/x-www-form-urlencoded; charset=utf-8" },
    service: "sts",
    region,
    credentials: {
      accessKeyId: process.env.AWS_ACCESS_KEY_ID,
      secretAccessKey: process.env.AWS_SECRET_ACCESS_KEY,
      sessionToken: process.env.AWS_SESSION_TOKEN,
    },
  });
  const answer = await send({ method: "POST", url, headers, body, endpoint: process.env.AWS_ENDPOINT_URL });
  if (answer.statusCode !== 200) {
    const [code, message] = ["Code", "Message"].map((name) => element(answer.body, name));
    throw new Error(`AssumeRole of ${process.env.ROLE_ARN}: ${code}: ${message}`);
  }
  return {
    accessKeyId: element(answer.body, "AccessKeyId"),
    secretAccessKey: element(answer.body, "SecretAccessKey"),
    sessionToken: element(answer.body, "SessionToken"),
    until: Date.parse(element(answer.body, "Expiration")) - MARGIN_MS,
  };
}

// The text of an element of STS's response, whose format is fixed; only messages need unescaping.
const element = (xml, name) => xml.match(new RegExp(`<${name}>([^<]*)</${name}>`))?.[1] ?? "";
