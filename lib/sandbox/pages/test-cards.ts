/** A card number of Stripe's test mode, and what happens to a payment with it. */
export type TestCard = Readonly<{ number: string; outcome: string }>

export type TestCardGroup = Readonly<{ title: string; cards: readonly TestCard[] }>

/** The numbers the local Stripe knows, as its pages offer them; each fills the form when chosen. */
export const TEST_CARDS: readonly TestCardGroup[] = [
  {
    title: 'Pays',
    cards: [
      { number: '4242424242424242', outcome: 'Visa' },
      { number: '5555555555554444', outcome: 'Mastercard' },
      { number: '378282246310005', outcome: 'American Express' },
    ],
  },
  {
    title: 'Is declined',
    cards: [
      { number: '4000000000000002', outcome: 'No reason given' },
      { number: '4000000000009995', outcome: 'Insufficient funds' },
      { number: '4000000000009987', outcome: 'Lost card' },
      { number: '4000000000000069', outcome: 'Expired card' },
      { number: '4000000000000127', outcome: 'Wrong CVC' },
      { number: '4000000000000119', outcome: 'Processing error' },
      { number: '4000000000000341', outcome: 'Can be saved, not charged' },
    ],
  },
  {
    title: 'The bank asks first',
    cards: [
      { number: '4000000000003220', outcome: 'On every payment' },
      { number: '4000002760003184', outcome: 'On every payment, saved or not' },
      { number: '4000002500003155', outcome: 'Until it is saved' },
      { number: '4000003800000446', outcome: 'Not when paid while away' },
      { number: '4000008260003178', outcome: 'Then insufficient funds' },
    ],
  },
  {
    title: 'Pays, and then',
    cards: [
      { number: '4000000000000259', outcome: 'It is disputed as fraud' },
      { number: '4000000000002685', outcome: 'It is disputed as not received' },
      { number: '4000000000001976', outcome: 'The bank inquires' },
      { number: '4000000000005423', outcome: 'The bank warns of fraud' },
      { number: '4000000000007726', outcome: 'A refund is slow' },
      { number: '4000000000005126', outcome: 'A refund fails' },
    ],
  },
]
