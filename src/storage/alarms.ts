import { MINUTE_MS } from '../kit/durations.ts'

/** Milliseconds after which an overdue alarm counts as lost: longer than an alarm under way takes. */
const LOST_MS = MINUTE_MS

/** Whether an object that waits for its alarm has lost it: none is set, or its time is long over. `now` in epoch ms. */
export async function isAlarmLost(storage: Pick<DurableObjectStorage, 'getAlarm'>, now: number): Promise<boolean> {
  const at = await storage.getAlarm()
  return at === null || at < now - LOST_MS
}

/** Sets the alarm to this time (epoch ms), unless an earlier one is set. */
export async function wakeBy(storage: Pick<DurableObjectStorage, 'getAlarm' | 'setAlarm'>, at: number): Promise<void> {
  const set = await storage.getAlarm()
  if (set === null || at < set) await storage.setAlarm(at)
}
