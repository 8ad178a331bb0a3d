#!/bin/sh
# The story of add_age as one types it. On standard input is a database address a line; for each of them
# a new project is made in the current folder. $1 is the flask command, $2 the file of the application.
set -eu

flask=$1 app=$2 number=0
db() { after=$1; shift; "$flask" --app "$app:create_app(after=$after)" db "$@" </dev/null; }
while read -r DATABASE_URL; do
    export DATABASE_URL
    number=$((number + 1))
    mkdir "project_$number"
    cd "project_$number"
    db False init
    db False migrate -m "create student"
    db False upgrade
    # Here the person adds the age to models.py.
    db True migrate -m "add age to student"
    db True upgrade
    db True downgrade
    db True upgrade
    cd ..
done
