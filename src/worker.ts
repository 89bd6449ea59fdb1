import { Actions } from './actions/actions.ts'
import { app } from './app.tsx'
import { Dispatch } from './dispatch/dispatch.ts'
import { Lane } from './dispatch/lane.ts'
import { Pacer } from './dispatch/pacer.ts'
import { Postbox } from './dispatch/postbox.ts'
import { Register } from './dispatch/register.ts'
import { Suppression } from './dispatch/suppression.ts'
import { onSchedule } from './schedule.ts'
import { Import } from './supporters/import.ts'
import { Outbox } from './transports/outbox-store.ts'
import { Hooks } from './webhooks/hooks.ts'
import { onQueue } from './webhooks/queue.ts'

export { Actions, Dispatch, Hooks, Import, Lane, Outbox, Pacer, Postbox, Register, Suppression }

export default {
  fetch: app.fetch,
  queue: onQueue,
  scheduled: (controller, env) => onSchedule(env, controller.scheduledTime),
} satisfies ExportedHandler<Env>
