/** Text of one kind of notice. `summary` gets the number of cases and the subject, such as a campaign or an event name. */
type KindText = {
  summary(count: number, subject: string): string
  action: string
  /** Most subjects that are told apart, where others choose their names. Further ones are counted under one subject. */
  subjects?: number
  /** Organisers get a mail of its own about it (`dispatch/news/`), so that the hourly mail leaves it out. */
  ownMail?: true
}

const SKIPPED =
  'If rows are unreadable, put the key that sealed them back into KEYRING: they are tried again four times a day. ' +
  'People who are unanswered or full are tried again by themselves; given-up means no answer for a week.'

/** Every kind of notice: what happened, and what an organiser should do. A stored kind is permanent: never rename one. */
export const NOTICE_KINDS = {
  'dispatch-paused': {
    summary: (_, subject) => `The dispatch ${subject} paused by itself.`,
    action: 'Read its reason with npm run tocsin -- status. Then resume or cancel it.',
    ownMail: true,
  },
  'everything-stopped': {
    summary: () => 'An organiser stopped everything that sends.',
    action: 'When you know why: npm run tocsin -- go-on.',
  },
  'dispatch-waiting': {
    summary: (_, subject) =>
      `The dispatch ${subject} waits for another dispatch of the same appeal before it can plan.`,
    action: 'See both with npm run tocsin -- list. It pauses after 16 minutes; cancel one of them if both are yours.',
  },
  'dispatch-uncertain': {
    summary: (_, subject) => `The dispatch ${subject} has people of whom it is not known whether they got the mail.`,
    action:
      'Their calls are listed by npm run tocsin -- resolve. Find them in the provider’s log, ' +
      'then decide with --decision. If the list is empty by now, nothing is to be done.',
    ownMail: true,
  },
  'dispatch-incomplete': {
    summary: (_, subject) => `The dispatch ${subject} ended without some of its people.`,
    action:
      'What was stored of them did not open, or they were counted as not sent. If a key is missing, put it back into KEYRING. ' +
      'Then reach them by the same send with --not-reached-by and this id.',
    ownMail: true,
  },
  'supporters-unreadable': {
    summary: (_, subject) => `Records of supporters could not be read and were left out of the dispatch ${subject}.`,
    action:
      'Put the key that sealed them back into KEYRING. ' +
      'Then reach them by the same send with --not-reached-by and this id.',
    ownMail: true,
  },
  'writers-not-told': {
    summary: (count, subject) => `${count} writers of the campaign ${subject} could not be sent news.`,
    action: `${SKIPPED} Repeat npm run tocsin -- tell to see the progress.`,
  },
  'receipts-not-sent': {
    summary: (count, subject) => `${count} receipts of the campaign ${subject} could not be sent.`,
    action: `${SKIPPED} See npm run tocsin -- letters CAMPAIGN.`,
  },
  'moderators-not-told': {
    summary: (count, subject) => `${count} mails to moderators of the campaign ${subject} could not be sent.`,
    action: `${SKIPPED} Meanwhile see npm run tocsin -- moderate.`,
  },
  'signatures-unreadable': {
    summary: (count, subject) =>
      `${count} signatures of the campaign ${subject} cannot be read and are not on the sheet.`,
    action: 'Put the key that sealed them back into KEYRING, then request the sheet again.',
  },
  'import-people-unreadable': {
    summary: (count, subject) => `${count} people of the import ${subject} cannot be read.`,
    action:
      'Put the key that sealed them back into KEYRING: people who wait for a confirmation are tried again for a week. ' +
      'Those counted as refused need the file again.',
  },
  'import-confirmations-waiting': {
    summary: (count, subject) => `${count} confirmations of the import ${subject} could not be queued.`,
    action: 'They are tried again by themselves for a week. See npm run tocsin -- import --status ID.',
  },
  'import-failing': {
    summary: (_, subject) => `The import ${subject} does not go on.`,
    action: 'Read its problem with npm run tocsin -- import --status ID. It is tried again by itself.',
  },
  'addressee-stopped': {
    summary: (count, subject) =>
      `${count} targets, readers of copies or contacts of the campaign ${subject} get no more mail.`,
    action:
      'Correct the addresses in campaign.yaml under a new id and publish. See npm run tocsin -- letters CAMPAIGN.',
  },
  'target-wants-digest': {
    summary: (_, subject) => `A target of the campaign ${subject} asked for one mail a day with all letters.`,
    action:
      'New letters to it come in a digest. npm run tocsin -- letters CAMPAIGN says which target. If it was a mistake: ' +
      'npm run tocsin -- reopen CAMPAIGN TARGET.',
  },
  'target-left-office': {
    summary: (_, subject) =>
      `A target of the campaign ${subject} says that they hold the office no longer: no more letters go to that address.`,
    action:
      'Find out who holds the office now, correct the address in campaign.yaml and publish. If somebody else pressed the button of a ' +
      'forwarded letter: npm run tocsin -- reopen CAMPAIGN TARGET.',
  },
  'letters-uncertain': {
    summary: (count, subject) =>
      `It is not known whether ${count} mails with letters of the campaign ${subject} were sent.`,
    action: 'List them and decide with npm run tocsin -- resolve --letters CAMPAIGN.',
  },
  'letters-not-returned': {
    summary: (count, subject) =>
      `${count} letters of the campaign ${subject} that were not sent cannot be read, so their writers do not know.`,
    action: 'Their texts are erased. Keep every key in KEYRING that sealed something within the last 30 days.',
  },
  'letters-unreadable': {
    summary: (count, subject) => `${count} letters of the campaign ${subject} cannot be read and were left out.`,
    action:
      'Put the key that sealed them back into KEYRING, then send again with ' +
      'npm run tocsin -- resolve --letters CAMPAIGN, which lists them as uncertain.',
  },
  'letters-stopped': {
    summary: (_, subject) => `Nothing is sent for the campaign ${subject} until a person acts.`,
    action:
      'Read why with npm run tocsin -- letters CAMPAIGN and correct its cause. It is tried again every 15 minutes.',
  },
  'account-refused': {
    summary: (_, subject) => `The provider refuses the account of the transport ${subject}.`,
    action: 'Check the key, the sender and the allowance at the provider. Waiting mail is tried again by itself.',
  },
  'mail-unreadable': {
    summary: (count) => `${count} queued mails, such as confirmations, could not be read and were dropped.`,
    action: 'Keep each key in KEYRING until its mails have left: a day. Their readers can ask again on the page.',
  },
  'webhook-refused': {
    summary: (count, subject) => `${count} requests to the webhook of ${subject} were refused.`,
    action: 'If events are missing, compare the webhook secret with the provider’s: see docs/webhooks.md.',
  },
  'events-not-stored': {
    summary: (count, subject) => `${count} requests with events of ${subject} could not be stored.`,
    action: 'The provider sends them again. If the number grows, see the log of the Worker.',
  },
  'event-effects-late': {
    summary: () => 'Bounces, complaints or other provider events have had no effect for an hour.',
    action: 'They are repeated by themselves. See the log of the Worker, and send no appeal before it is over.',
  },
  'publication-not-delivered': {
    summary: (_, subject) => `The publication of ${subject} does not reach the pages or the dispatches it affects.`,
    action:
      'It is tried again by itself, at least once an hour. If it lasts, check the daily limits of KV and the log of the Worker.',
  },
  'campaign-unreadable': {
    summary: (_, subject) => `The published campaign ${subject} does not match this version, so pages do not show it.`,
    action: 'Publish the campaign again.',
  },
  'export-incomplete': {
    summary: (count, subject) => `${count} records could not be read and are missing in the export ${subject}.`,
    action: 'Put the key that sealed them back into KEYRING, then export again.',
  },
  'erasure-incomplete': {
    summary: (count, subject) => `${count} erasures are not complete for half a day: a ${subject} does not let go.`,
    action:
      'Mails to these people have stopped. It is tried again every hour. If the number grows, search the log for “erasure”.',
  },
  'moderator-unreachable': {
    summary: (count, subject) => `${count} mails to moderators of the campaign ${subject} were refused for good.`,
    action:
      'Correct the addresses under moderators in campaign.yaml and publish. Meanwhile see npm run tocsin -- moderate.',
  },
  'campaign-work-failed': {
    summary: (count, subject) => `Work for the campaign ${subject} failed ${count} times.`,
    action: 'It is tried again by itself. If the number grows, read the detail and correct its cause.',
  },
  'provider-event-unknown': {
    summary: (count, subject) => `${count} provider events have a name that Tocsin does not know (${subject}).`,
    action:
      'They were accepted without effect. Compare the name with docs/webhooks.md. If it is about a complaint or an opt-out, report it.',
    subjects: 40,
  },
  'provider-event-unreadable': {
    summary: (count, subject) => `${count} provider events lack a field that Tocsin needs (${subject}).`,
    action: 'They had no effect. Look at them in the provider’s console, and suppress people who complained or left.',
    subjects: 40,
  },
  'provider-events-waiting': {
    summary: (_, subject) => `Soft bounces, delays and deliveries wait until midnight UTC (${subject}).`,
    action:
      'Complaints, unsubscribes and hard bounces take effect at once. Subscribe to no deliveries, or raise EVENT_EFFECTS_PER_DAY.',
  },
  'confirmations-dropped': {
    summary: (count) => `${count} confirmation mails were dropped: they had waited six hours, or the queue was full.`,
    action:
      'People or a robot asked for more confirmations than CONFIRMATIONS_PER_HOUR allows. Set up Turnstile, or raise the setting.',
  },
  'pages-late': {
    summary: (count) => `What campaign pages show has not reached KV for over an hour: ${count} tries.`,
    action:
      'It is tried again every hour. If the free plan’s daily writes are used up, they return at midnight UTC; else read the detail. ' +
      'To publish or withdraw something today, take the paid plan.',
  },
} as const satisfies Record<string, KindText>

export type NoticeKind = keyof typeof NOTICE_KINDS

/** Most subjects of a kind that are told apart; undefined if its subjects are Tocsin's own. */
export const subjectsOf = (kind: NoticeKind): number | undefined => {
  const { subjects }: KindText = NOTICE_KINDS[kind]
  return subjects
}

/** Whether organisers get a mail of its own about cases of a kind. */
export const hasOwnMail = (kind: NoticeKind): boolean => {
  const { ownMail }: KindText = NOTICE_KINDS[kind]
  return ownMail === true
}
