import { readFileSync } from 'node:fs'
import { join } from 'node:path'

const read = (name: string) => readFileSync(join(import.meta.dirname, 'certificates', name), 'utf8')

/** Who signed both of the others, and all that the tests trust. */
export const CA = read('ca.pem')

/** A certificate for localhost and 127.0.0.1. */
export const LOCALHOST = { cert: read('localhost.pem'), key: read('localhost.key') }

/** One for another host. */
export const ELSEWHERE = { cert: read('elsewhere.pem'), key: read('elsewhere.key') }
