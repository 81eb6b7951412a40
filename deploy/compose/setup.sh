#!/bin/sh
# Makes the certificates of docker-compose.yml: a CA, and by it the node of OpenSearch, an administrator and modelgate.
# Each service has a folder (a volume) with what it needs and no more; the CA's key and the administrator stay in
# authority/. Run again, it makes only what is missing or ends within 30 days.
set -eu

certs=${1:-/certs}
days=825
soon=2592000

# Whether a certificate is there with its key, was made by the CA and lasts for a while.
good() {
    [ -s "$1.key" ] && openssl x509 -in "$1.pem" -noout -checkend "$soon" >/dev/null 2>&1 &&
        openssl verify -CAfile authority/ca.pem "$1.pem" >/dev/null 2>&1
}

key() {
    openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out "$1.key"
}

authority() {
    ! good authority/ca || return 0
    key authority/ca
    openssl req -x509 -new -key authority/ca.key -days "$days" -subj "/O=modelgate dev/CN=ca" \
        -addext "keyUsage=critical,keyCertSign,cRLSign" -out authority/ca.pem
}

# leaf FOLDER/NAME USAGE [SUBJECT-ALTERNATIVE-NAMES]
leaf() {
    ! good "$1" || return 0
    key "$1"
    {
        echo "basicConstraints=critical,CA:FALSE"
        echo "keyUsage=critical,digitalSignature"
        echo "extendedKeyUsage=$2"
        [ -z "${3:-}" ] || echo "subjectAltName=$3"
    } >authority/extensions
    openssl req -new -key "$1.key" -subj "/O=modelgate dev/CN=${1##*/}" |
        openssl x509 -req -CA authority/ca.pem -CAkey authority/ca.key -CAcreateserial -days "$days" \
            -extfile authority/extensions -out "$1.pem"
}

# give FOLDER USER: only this user reads it.
give() {
    chown -R "$2:$2" "$1"
    chmod 0500 "$1"
    chmod 0400 "$1"/*
}

umask 077
mkdir -p "$certs/authority" "$certs/opensearch" "$certs/modelgate"
cd "$certs"
authority
leaf authority/admin clientAuth
leaf opensearch/node serverAuth,clientAuth DNS:opensearch,DNS:localhost,IP:127.0.0.1
leaf modelgate/sidecar clientAuth
cp -f authority/ca.pem opensearch/ca.pem
cp -f authority/ca.pem modelgate/ca.pem
give opensearch 1000
give modelgate 65532
echo "the certificates are there"
