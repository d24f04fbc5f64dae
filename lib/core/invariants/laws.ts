/** A part of the books, and the laws that hold in it: each by its name, as the database tells it, and in words. */
export type Chapter = Readonly<{ title: string; laws: Readonly<Record<string, string>> }>

/**
 * Every law that is proved, as people read it. The views that look for rows which break one use the same names, and a test
 * compares them with this list.
 */
export const CHAPTERS: readonly Chapter[] = [
  {
    title: 'The ledger',
    laws: {
      account_sum_not_zero: 'The ledger accounts of a customer add up to zero.',
      chart_incomplete: 'Every customer has the whole chart of ledger accounts.',
      balance_is_not_sum_of_transfers: 'A balance is the sum of what came in less what went out.',
      running_balance_broken: 'Each transfer continues the balance that the one before it left.',
      total_is_not_sum_of_legs: 'A posting’s total is the sum of its transfers.',
      legs_not_counted_from_one: 'The transfers of a posting are counted without a gap.',
      clawed_is_not_what_was_taken: 'What a grant notes as taken back is what postings took back.',
      held_is_not_what_is_frozen: 'What is held is what postings froze and have not released.',
      below_zero_since_wrong: 'A wallet is marked as below zero exactly while it is.',
      last_balance_wrong: 'The last posting’s balance is what the wallet holds.',
      wallet_flag_wrong: 'What counts as wallet is the overdraft and what is left of grants.',
      currency_differs: 'All of a customer’s books are in one currency.',
      last_moment_wrong: 'The latest moment noted is that of the latest posting.',
      target_not_fitting: 'A posting names what it undoes or takes from exactly where it does so.',
      target_unknown: 'What a posting undoes or takes from is there, and older.',
      transfer_not_fitting: 'A posting’s transfers are kept in one place, and are whole.',
      side_unknown: 'Both sides of a transfer, and its posting, are there.',
    },
  },
  {
    title: 'Payments and orders',
    laws: {
      paid_order_not_booked: 'Every paid order has its deposit.',
      order_grants_another_amount: 'A deposit grants what its order says.',
      order_books_another_payment: 'A deposit books what its order was due.',
    },
  },
  {
    title: 'Refunds and disputes',
    laws: {
      return_not_settled:
        'A refund or dispute belongs to the account of its payment as soon as that is booked.',
      return_takes_another_share:
        'Each takes its share of the credit: in proportion, rounded down, never twice.',
      return_clawed_wrong: 'What was taken back is that share.',
      return_held_wrong: 'What is frozen is no more than that share.',
      return_not_in_books: 'What is taken back or frozen is a posting, and the other way round.',
      payment_taken_back_beyond_its_credit: 'No payment is taken back beyond the credit it granted.',
      refund_not_stored: 'A refund that staff made is among the refunds of its payment.',
    },
  },
  {
    title: 'Activity and usage',
    laws: {
      usage_not_placed: 'Usage stands in the activity once: by its posting or by itself.',
      moment_taken_twice: 'No two things of an account happen at one moment.',
      usage_posted_differently: 'Usage is booked as it was rated.',
      usage_day_wrong: 'The sums of a day are those of its usage.',
    },
  },
  {
    title: 'Numbers and rent',
    laws: {
      rent_of_no_period: 'Rent that was taken belongs to a month of a number.',
      period_of_no_rent: 'A month that was paid for has its posting.',
      rent_given_back_wrong: 'Rent counts as given back exactly where it was.',
      rent_months_overlap: 'No number pays for the same time twice.',
      rent_of_covered_time: 'No rent is taken for time that a subscription covers, or after a release.',
      mode_is_not_the_last: 'A number is in the mode it was last set to.',
      mode_before_purchase: 'A number has no mode before it was bought.',
      rent_after_release: 'A released number owes nothing more, and says why it was released.',
      claim_differs: 'A number is held at the carrier exactly while it is ours.',
    },
  },
  {
    title: 'Money by hand',
    laws: {
      adjustment_not_posted: 'Every adjustment that was made is in the books, as it was asked for.',
      grant_of_no_adjustment: 'No credit is granted by hand but by an adjustment.',
    },
  },
  {
    title: 'Allowances',
    laws: {
      allowance_not_as_noted: 'A month’s allowance is what was granted for it.',
      allowance_of_no_plan: 'Only an account with a plan has an allowance.',
      allowance_outlives_its_month: 'An allowance ends with its month.',
    },
  },
]
