import { readFileSync } from 'node:fs'
import { join } from 'node:path'

const read = (name: string) => readFileSync(join(import.meta.dirname, 'certificates', name), 'utf8')

/** The certificate authority (PEM) that signed LOCALHOST and ELSEWHERE, the only one the tests trust. */
export const CA = read('ca.pem')

/** Certificate and key (PEM) for localhost and 127.0.0.1. */
export const LOCALHOST = { cert: read('localhost.pem'), key: read('localhost.key') }

/** Certificate and key (PEM) for another host, which a client must refuse. */
export const ELSEWHERE = { cert: read('elsewhere.pem'), key: read('elsewhere.key') }
