import { type Bindings, registerOf } from './dispatch/bindings.ts'

/** Everything that recurs, every minute: the whole list. */
export async function onSchedule(env: Bindings, now: number): Promise<void> {
  await registerOf(env).wake(now) // dispatches that should be going on and lost their alarm
}
