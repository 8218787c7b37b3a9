"""AWS Lambda: functions, versions, aliases, their policies, and the processes that run the code."""
