import { Actions } from './actions/actions.ts'
import { app } from './app.tsx'
import type { Bindings } from './dispatch/bindings.ts'
import { DispatchShell } from './dispatch/dispatch.ts'
import { LaneShell } from './dispatch/lane.ts'
import { Pacer } from './dispatch/pacer.ts'
import { Postbox } from './dispatch/postbox.ts'
import { Register } from './dispatch/register.ts'
import { Suppression } from './dispatch/suppression.ts'
import { onSchedule } from './schedule.ts'
import { readAudience } from './supporters/audience.ts'
import { Import } from './supporters/import.ts'
import { departed } from './supporters/live.ts'
import { Outbox } from './transports/outbox-store.ts'
import { HooksShell } from './webhooks/hooks.ts'
import { onQueue } from './webhooks/queue.ts'

export { Actions, DispatchShell as Dispatch, Import, Outbox, Pacer, Postbox, Register, Suppression }

/** Only here do those who send and those who know the supporters meet. */
export class Lane extends LaneShell {
  protected override readonly readAudience = readAudience
}

/** The same for providers' events, by which people leave. */
export class Hooks extends HooksShell {
  protected override readonly depart = departed
}

export default {
  fetch: app.fetch,
  queue: onQueue,
  scheduled: (controller, env) => onSchedule(env, controller.scheduledTime),
} satisfies ExportedHandler<Bindings>
