// Starts AWS's runtime client for Node.js 24 and later, which reads the handler's name and folder from the environment.
import "aws-lambda-ric-4";
