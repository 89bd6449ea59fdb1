import type { RaisedNotice } from '../notices/notice-table.ts'
import { raiseNotice } from '../notices/raise-notice.ts'
import { senderQuotaOf } from '../objects.ts'
import type { Transport } from '../transports/transport.ts'
import type { MailStream } from './mail-stream.ts'
import type { AcquireRequest } from './quota/account-quota.ts'
import { noticeOfRefusal } from './quota/call-report.ts'
import { meterTransport } from './quota/metered-transport.ts'
import { openCalls } from './quota/open-calls.ts'
import { sendSlice } from './send-loop.ts'
import type { SendWorld, SliceEnd } from './send-world.ts'
import type { SliceBudget } from './slice-budget.ts'

/** How one slice of a stream is sent: by which transports, within which budget, and what stops it. */
type SliceOptions = Pick<SendWorld, 'mayGoOn' | 'blockedBy' | 'suspected' | 'room'> & {
  /** The main transport first, then its fallback. */
  transports: readonly Transport[]
  /** Identifies the caller to the accounts' quotas. */
  request: Pick<AcquireRequest, 'who' | 'dispatch'>
  budget: SliceBudget
}

/** Sends the due batches of a stream until the slice ends. Every call waits for the quota of its account. */
export async function sendStream<Content>(
  env: Env,
  stream: MailStream<Content>,
  { transports, request, budget, mayGoOn, blockedBy, suspected, room }: SliceOptions,
): Promise<SliceEnd> {
  const notices: RaisedNotice[] = []
  const metered = transports.map((transport) =>
    meterTransport({
      transport: noticing(transport, notices),
      quota: senderQuotaOf(env, transport.name),
      request,
      hasFallback: transports.length > 1,
      openCalls,
      onCall: () => budget.spend(1),
    }),
  )
  try {
    return await sendSlice(stream, {
      now: Date.now,
      random: Math.random,
      sleep: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
      mayGoOn: () => mayGoOn() && budget.isLeft(Date.now()),
      blockedBy,
      transports: metered,
      suspected,
      room,
    })
  } finally {
    for (const transport of metered) await transport.flush()
    for (const notice of notices) await raiseNotice(env, notice)
  }
}

/** The same transport. Adds a notice when its provider refuses the account; raised later, because an answer must first be recorded. */
const noticing = (transport: Transport, notices: RaisedNotice[]): Transport => ({
  ...transport,
  async send(call, key) {
    const answer = await transport.send(call, key)
    const notice = noticeOfRefusal(transport.name, answer)
    if (notice !== null && notices.length === 0) notices.push(notice)
    return answer
  },
})
