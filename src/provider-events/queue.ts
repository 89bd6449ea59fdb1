import { requireSettings } from '../env.ts'
import { hand } from './deliver-to-inbox.ts'
import { named } from './fingerprinted-event.ts'
import { readQueueMessage } from './providers/cloudflare.ts'

/** Cloudflare's Email Service tells by a queue: nobody but the account can write to it. What could not be kept comes again. */
export async function onQueue(batch: MessageBatch, env: Env): Promise<void> {
  const settings = await requireSettings(env)
  for (const message of batch.messages) {
    try {
      const heard = readQueueMessage(message.body)
      await hand(env, await Promise.all(heard.map((one) => named('cloudflare', one, settings, Date.now()))))
      message.ack()
    } catch (error) {
      console.error('event queue', error instanceof Error ? error.message : error)
      message.retry()
    }
  }
}
