import { CampaignActions } from './actions/campaign-actions.ts'
import { app } from './app.tsx'
import { CampaignPublication } from './campaigns/campaign-publication.ts'
import { SenderQuota } from './delivery/quota/sender-quota.ts'
import { Dispatch } from './dispatch/dispatch.ts'
import { DispatchRegistry } from './dispatch/dispatch-registry.ts'
import { Lane } from './dispatch/lane/lane.ts'
import { ConfirmationQueue } from './mailbox/confirmation-queue.ts'
import { MailboxQueue } from './mailbox/mailbox-queue.ts'
import { Notices } from './notices/notices.ts'
import { Places } from './places/places.ts'
import { EventInbox } from './provider-events/event-inbox.ts'
import { onQueue } from './provider-events/queue.ts'
import { Renderer } from './renderer/renderer.ts'
import { onSchedule } from './schedule.ts'
import { Import } from './supporters/import/import.ts'
import { Suppression } from './suppression/suppression.ts'
import { Outbox } from './transports/outbox/outbox.ts'

export {
  CampaignActions,
  CampaignPublication,
  ConfirmationQueue,
  Dispatch,
  DispatchRegistry,
  EventInbox,
  Import,
  Lane,
  MailboxQueue,
  Notices,
  Outbox,
  Places,
  Renderer,
  SenderQuota,
  Suppression,
}

export default {
  fetch: app.fetch,
  queue: onQueue,
  scheduled: (controller, env) => onSchedule(env, controller.scheduledTime),
} satisfies ExportedHandler<Env>
