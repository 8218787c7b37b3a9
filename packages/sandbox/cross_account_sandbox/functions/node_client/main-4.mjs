// Starts AWS's runtime client for Node.js 24 and later, which finds the handler's name and folder in the environment.
import "aws-lambda-ric-4";
