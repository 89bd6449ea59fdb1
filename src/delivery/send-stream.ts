import { senderQuotaOf } from '../objects.ts'
import type { Transport } from '../transports/transport.ts'
import type { MailStream } from './mail-stream.ts'
import type { AcquireRequest } from './quota/account-quota.ts'
import { meterTransport } from './quota/metered-transport.ts'
import { type SendWorld, type SliceEnd, sendSlice } from './send-loop.ts'
import type { SliceBudget } from './slice-budget.ts'

/** How one slice of a stream is sent. */
export type SliceOrder = Pick<SendWorld, 'mayGoOn' | 'blockedBy' | 'suspected'> & {
  /** The main one first, then its fallback. */
  transports: readonly Transport[]
  /** In whose name the accounts are asked for calls. */
  request: Pick<AcquireRequest, 'who' | 'dispatch'>
  budget: SliceBudget
}

/** Sends what is due of a stream until the slice is over, by transports that keep to the quotas of their accounts. */
export async function sendStream<Content>(
  env: Env,
  stream: MailStream<Content>,
  { transports, request, budget, mayGoOn, blockedBy, suspected }: SliceOrder,
): Promise<SliceEnd> {
  const metered = transports.map((transport) =>
    meterTransport({
      transport,
      quota: senderQuotaOf(env, transport.name),
      request,
      hasFallback: transports.length > 1,
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
    })
  } finally {
    for (const transport of metered) await transport.flush()
  }
}
