type Flat<T> = { [K in keyof T]: T[K] }

/** `T` where members that may be undefined are optional instead. */
export type Defined<T> = Flat<
  { [K in keyof T as undefined extends T[K] ? never : K]: T[K] } & {
    [K in keyof T as undefined extends T[K] ? K : never]?: Exclude<T[K], undefined>
  }
>

/** The members that are not undefined, in their order: under `exactOptionalPropertyTypes` an optional member is absent, not undefined. */
export const defined = <T extends object>(members: T): Defined<T> =>
  Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as Defined<T>
