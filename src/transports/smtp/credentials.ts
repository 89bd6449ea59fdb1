import { toBase64, utf8 } from '../../kit/bytes.ts'

/** Who logs in, with a password or with an OAuth 2 access token. */
export type Credentials = { user: string } & ({ password: string } | { accessToken: string })

/** What to say: the mechanism, the first response, and the answers to what the server asks (334) after it. */
export type Exchange = { mechanism: string; initial: string | null; answers: readonly string[] }

/**
 * The exchange for the best mechanism the server has, null where it has none for these credentials. PLAIN (RFC 4616) is one step;
 * LOGIN (draft-murchison-sasl-login) is for servers that have nothing else; XOAUTH2 is what Google and Microsoft document, and an
 * empty answer there fetches the refusal behind the error they send in place of one.
 */
export function exchangeFor(credentials: Credentials, offered: ReadonlySet<string>): Exchange | null {
  const { user } = credentials
  if ('accessToken' in credentials) {
    if (!offered.has('XOAUTH2')) return null
    const initial = base64(`user=${user}\x01auth=Bearer ${credentials.accessToken}\x01\x01`)
    return { mechanism: 'XOAUTH2', initial, answers: [''] }
  }
  const { password } = credentials
  if (offered.has('PLAIN')) return { mechanism: 'PLAIN', initial: base64(`\0${user}\0${password}`), answers: [] }
  if (offered.has('LOGIN')) return { mechanism: 'LOGIN', initial: null, answers: [base64(user), base64(password)] }
  return null
}

/** Octets of a command line with its CRLF (RFC 5321 §4.5.3.1.4): a longer first response waits for the server's 334 (RFC 4954 §4). */
const MAX_COMMAND_OCTETS = 512

/** The command, and what follows each 334. */
export function authLines({ mechanism, initial, answers }: Exchange): { command: string; answers: string[] } {
  const whole = `AUTH ${mechanism}${initial === null ? '' : ` ${initial}`}\r\n`
  const rest = answers.map((answer) => `${answer}\r\n`)
  return initial === null || whole.length <= MAX_COMMAND_OCTETS
    ? { command: whole, answers: rest }
    : { command: `AUTH ${mechanism}\r\n`, answers: [`${initial}\r\n`, ...rest] }
}

const base64 = (text: string): string => toBase64(utf8(text))
