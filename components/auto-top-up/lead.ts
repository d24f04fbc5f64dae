/** What the page is for. */
export const AUTO_TOP_UP_LEAD = 'Charges a saved card when the balance runs low, or on a day of every month.'
