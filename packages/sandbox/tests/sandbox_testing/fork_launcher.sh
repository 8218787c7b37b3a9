# `sh fork_launcher.sh FOLDER [ARGUMENT…]`: the process that a caller starts; the program is the server's fork.
#
# It runs until the program ends, and exits with its status. A shell starts in a tenth of the time of Python.
# While the shell reads or writes with a redirection, its own 0 or 1 is the pipe: the fork takes these instead.
exec 4<&0 5>&1 6>&2
mkfifo "$1/$$" && echo $$ >"$1/requests"
exec 3<"$1/$$"
read -r program <&3
trap 'kill -s TERM "$program"' INT TERM
until read -r status <&3; do
    # A signal ended the reading, or the program has ended: if it was killed, it sent no status.
    kill -s 0 "$program" 2>/dev/null || {
        read -r status <&3
        break
    }
done
exit "${status:-1}"
