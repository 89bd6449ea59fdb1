import { LEFT_OUT } from '../../delivery/batch.ts'
import { EVERYTHING_STOPPED } from '../../delivery/pause-reason.ts'
import { raiseNotice } from '../../notices/raise-notice.ts'
import type { ObjectContext } from '../object-context.ts'
import type { DeliveryReport } from './delivery-report.ts'

/** Tells organisers of addressees that were stopped, and of mails that became uncertain or were left out, between two reports. */
export async function noticeChanges(
  { env, slug }: Pick<ObjectContext, 'env' | 'slug'>,
  before: DeliveryReport,
  after: DeliveryReport,
): Promise<void> {
  const isStopped = after.waitingFor === EVERYTHING_STOPPED.detail // its own notice says so
  if (after.waitingFor !== undefined && before.waitingFor === undefined && !isStopped)
    await raiseNotice(env, { kind: 'letters-stopped', subject: slug() })
  const known = new Set(before.stopped.map(({ target }) => target))
  const stopped = after.stopped.filter(({ target }) => !known.has(target))
  const nameOf = ({ id, generation }: DeliveryReport['uncertain'][number]) => `${id}/${generation}`
  const open = new Set(before.uncertain.map(nameOf))
  const uncertain = after.uncertain.filter((mail) => !open.has(nameOf(mail)))
  if (stopped.length > 0) {
    const detail = stopped.map(({ target, reason }) => `${target}: ${reason}`).join(', ')
    await raiseNotice(env, { kind: 'addressee-stopped', subject: slug(), count: stopped.length, detail })
  }
  const unreadable = uncertain.filter(({ reason }) => reason === LEFT_OUT)
  const letters = unreadable.reduce((sum, { people }) => sum + people, 0)
  if (letters > 0) await raiseNotice(env, { kind: 'letters-unreadable', subject: slug(), count: letters })
  const unanswered = uncertain.length - unreadable.length
  if (unanswered > 0) await raiseNotice(env, { kind: 'letters-uncertain', subject: slug(), count: unanswered })
}
