import { requireSettings } from '../env.ts'
import { errorMessage } from '../kit/result.ts'
import { deliverToInbox } from './deliver-to-inbox.ts'
import { fingerprintEvent } from './fingerprinted-event.ts'
import { readQueueMessage } from './providers/cloudflare.ts'

/**
 * Handles a batch of Cloudflare's event queue, to which only the account can write. Messages that cannot be stored are retried.
 */
export async function onQueue(batch: MessageBatch, env: Env): Promise<void> {
  const settings = await requireSettings(env)
  for (const message of batch.messages) {
    try {
      const reports = readQueueMessage(message.body)
      await deliverToInbox(
        env,
        await Promise.all(reports.map((one) => fingerprintEvent('cloudflare', one, settings, Date.now()))),
      )
      message.ack()
    } catch (error) {
      console.error('event queue', errorMessage(error))
      message.retry()
    }
  }
}
