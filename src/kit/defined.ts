type Flat<T> = { [K in keyof T]: T[K] }

/** The type `T` with optional members in place of members that can be undefined. */
type Defined<T> = Flat<
  { [K in keyof T as undefined extends T[K] ? never : K]: T[K] } & {
    [K in keyof T as undefined extends T[K] ? K : never]?: Exclude<T[K], undefined>
  }
>

/** Copies an object without its undefined members. Under `exactOptionalPropertyTypes` an optional member must be absent. */
export const defined = <T extends object>(members: T): Defined<T> =>
  Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as Defined<T>
