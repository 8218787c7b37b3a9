// Starts AWS's runtime client for Node.js 20 and 22 for the handler that the environment names, in the current folder.
import { run } from "aws-lambda-ric";

await run(process.cwd(), process.env._HANDLER);
