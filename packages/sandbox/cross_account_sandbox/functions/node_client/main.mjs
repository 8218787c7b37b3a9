// Starts AWS's runtime client for Node.js for the handler named on the command line, in the current folder.
import { run } from "aws-lambda-ric";

await run(process.cwd(), process.argv[2]);
