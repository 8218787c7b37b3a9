# `sh fork_launcher.sh FOLDER [ARGUMENT…]`: the process that a caller starts; the program is the server's fork.
#
# It runs until the program ends, and exits with its status. A shell starts in a tenth of the time of Python.
mkfifo "$1/$$" && echo $$ >"$1/requests"
exec 3<"$1/$$"
read -r program <&3
trap 'kill -s TERM "$program"' INT TERM
# A signal ends the reading early; a program that was killed sends no status.
until read -r status <&3; do
    kill -s 0 "$program" 2>/dev/null || exit 1
done
exit "$status"
