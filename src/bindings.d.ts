/** What wrangler.toml binds to the Worker. Settings come beside it in the same object and are parsed by `env.ts`. */
declare namespace Cloudflare {
  interface Env {
    SUPPORTERS: KVNamespace
    CONTENT: KVNamespace
    CAMPAIGN_PUBLICATION: DurableObjectNamespace<import('./campaigns/campaign-publication.ts').CampaignPublication>
    DISPATCH_REGISTRY: DurableObjectNamespace<import('./dispatch/dispatch-registry.ts').DispatchRegistry>
    DISPATCH: DurableObjectNamespace<import('./dispatch/dispatch.ts').Dispatch>
    LANE: DurableObjectNamespace<import('./dispatch/lane/lane.ts').Lane>
    SUPPRESSION: DurableObjectNamespace<import('./suppression/suppression.ts').Suppression>
    MAILBOX_QUEUE: DurableObjectNamespace<import('./mailbox/mailbox-queue.ts').MailboxQueue>
    CONFIRMATION_QUEUE: DurableObjectNamespace<import('./mailbox/confirmation-queue.ts').ConfirmationQueue>
    SENDER_QUOTA: DurableObjectNamespace<import('./delivery/quota/sender-quota.ts').SenderQuota>
    EVENT_INBOX: DurableObjectNamespace<import('./provider-events/event-inbox.ts').EventInbox>
    CAMPAIGN_ACTIONS: DurableObjectNamespace<import('./actions/campaign-actions.ts').CampaignActions>
    IMPORT: DurableObjectNamespace<import('./supporters/import/import.ts').Import>
    RENDERER: DurableObjectNamespace<import('./renderer/renderer.ts').Renderer>
    OUTBOX: DurableObjectNamespace<import('./transports/outbox/outbox.ts').Outbox>
    PLACES: DurableObjectNamespace<import('./places/places.ts').Places>
    NOTICES: DurableObjectNamespace<import('./notices/notices.ts').Notices>
    CLIENT_LIMIT: RateLimit
    STRICT_LIMIT: RateLimit
    STAMP_LIMIT: RateLimit
    EMAIL?: SendEmail // of the transport `cloudflare`, where it is used
  }
}

interface Env extends Cloudflare.Env {}
