/** How many people do what on the simulated day. */
export type DaySize = {
  supporters: number
  views: number // page views, of which a third find nothing in an isolate's memory
  homeViews: number // of `views`
  unknownViews: number // of `views`: addresses of campaigns that do not exist
  monitorEveryMinutes: number // looks at the home page; of `views`
  signUps: number
  leavers: number
  writers: number
  perHour: number // letters to one target
  submissions: number // messages to the workers, all decided by a moderator
  selfReports: number
  bounces: number // share of an appeal's mails
  complaints: number
  organiserHours: number
}

/** The day of the issue that the free plan has to hold. */
export const FULL_DAY: DaySize = {
  supporters: 10_000,
  views: 20_000,
  homeViews: 2_000,
  unknownViews: 500,
  monitorEveryMinutes: 1,
  signUps: 300,
  leavers: 60,
  writers: 500,
  perHour: 100,
  submissions: 50,
  selfReports: 50,
  bounces: 0.02,
  complaints: 0.001,
  organiserHours: 10,
}

/** The same day with fewer people, for a test. */
export const SMALL_DAY: DaySize = {
  ...FULL_DAY,
  supporters: 600,
  views: 1_000,
  homeViews: 100,
  unknownViews: 25,
  monitorEveryMinutes: 20,
  signUps: 20,
  leavers: 6,
  writers: 30,
  submissions: 5,
  selfReports: 5,
  organiserHours: 1,
}
