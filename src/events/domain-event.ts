/**
 * What a change of state means to other parts: ids, counts and times (epoch ms), never an address. Decisions about a
 * publication, a dispatch, the settlement of a call or an organiser's resolution of a batch return the events of their change.
 * A batch that a cancel or the send loop makes uncertain has no event yet.
 */
type DomainEvent = PublicationEvent | DispatchEvent | BatchEvent

/** What a pure decision returns: the new state, and the events of the change. */
export type Transition<State> = { next: State; events: DomainEvent[] }

type PublicationEvent = { type: 'campaign-published'; at: number; campaign: string; revision: string; isNew: boolean }

/** The id of the dispatch that an event is about, and the time of the event (epoch ms). */
export type DispatchMoment = { dispatch: string; at: number }

type DispatchEvent = DispatchMoment &
  (
    | { type: 'dispatch-requested'; source: string; revision: string; by: string; needsApproval: boolean }
    | { type: 'dispatch-approved'; by: string }
    | { type: 'dispatch-started'; lanes: number }
    | { type: 'dispatch-planned' }
    | { type: 'dispatch-paused'; reason: string }
    | { type: 'dispatch-resumed' }
    | { type: 'dispatch-cancelled' }
    | { type: 'dispatch-finished' }
    | { type: 'dispatch-reopened' }
  )

/** An organiser's decision about an uncertain batch: send to its people again, or count their mails as sent or as not sent. */
export type UncertainDecision = 'send-again' | 'count-as-sent' | 'count-as-not-sent'

/** The batch an event is about: its id within its ledger, its generation, how many people are concerned, and when it happened. */
export type BatchMoment = { batch: number; generation: number; people: number; at: number }

type BatchEvent = BatchMoment &
  ({ type: 'batch-became-uncertain' } | { type: 'batch-resolved'; decision: UncertainDecision })
