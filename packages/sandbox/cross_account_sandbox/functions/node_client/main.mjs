// Starts AWS's runtime client for Node.js 20 and 22 with the handler named in `_HANDLER`, in the current folder.
import { run } from "aws-lambda-ric";

await run(process.cwd(), process.env._HANDLER);
