import { concatenate, sha256Hex } from '../../kit/bytes.ts'
import { mergeMessage } from '../merge/merge-message.ts'
import { mapCc } from '../mime/cc.ts'
import { toMime } from '../mime/mime.ts'
import type { Limits, Outcome, Transport } from '../transport.ts'
import { check } from './check.ts'
import { isMailbox } from './commands.ts'
import { deliver } from './deliver.ts'
import { prepare } from './mail.ts'
import { MailOutcomes } from './outcomes.ts'
import { SessionPool } from './pool.ts'
import type { ServerAccess } from './session.ts'

/** Recipients per call: few enough that a crash leaves few uncertain, enough to use several connections. */
const MAX_BATCH = 50

export type SmtpAccount = ServerAccess & {
  /** Maximum simultaneous connections. */
  connections: number
  /** Milliseconds that a connection stays open for the next call; 0 closes it after each call. */
  idleMs: number
  /** Whether the server is on this machine. */
  captive: boolean
}

export function smtp(account: SmtpAccount, limits: Limits): Transport {
  const { server, credentials, connections, timeouts } = account
  const pool = new SessionPool(account.idleMs, timeouts)
  return {
    ...limits,
    name: 'smtp',
    maxBatch: MAX_BATCH,
    idempotencySeconds: 0, // RFC 5321 §6.1: servers need not recognise repeated mails
    captive: account.captive,

    // Without password or token: these change, but the account stays the same.
    account: () => sha256Hex(`smtp ${server.host}:${server.port} ${credentials?.user ?? ''}`),

    async compose(batch) {
      const pieces: Uint8Array<ArrayBuffer>[] = []
      const mails: Array<{ to: string; cc?: string[]; start: number; end: number }> = []
      const cc = mapCc(batch, ({ address }) => address)
      let start = 0
      for (const recipient of batch.recipients) {
        const bytes = await toMime(mergeMessage(batch, recipient))
        pieces.push(bytes)
        mails.push({ to: recipient.to.address, ...(cc && { cc }), start, end: start + bytes.length })
        start += bytes.length
      }
      return { body: concatenate(pieces), people: mails.length, from: batch.from.address, mails }
    },

    async send({ body, people, from = '', mails = [] }): Promise<Outcome | Outcome[]> {
      if (!isMailbox(from) || mails.length !== people) {
        const detail = 'SENDER_ADDRESS is not an address that mail servers accept'
        return { kind: 'refused', permanent: true, reason: 'sender-not-verified', detail }
      }
      const outcomes = new MailOutcomes()
      const ready = mails.flatMap(({ to, cc = [], start, end }, index) => {
        const mail = prepare(index, from, { to, cc }, body.subarray(start, end))
        if (!('kind' in mail)) return [mail]
        outcomes.record(index, mail)
        return []
      })
      const rest = await deliver(ready, { access: account, pool, connections, outcomes, now: Date.now })
      return outcomes.result(people, rest)
    },

    check: (sender) => check(account, sender),
  }
}
