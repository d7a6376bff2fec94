namespace CommunityFund.Ledger;

/// <summary>
/// The foundation's no: a code declared beside the rule it belongs to, and the facts that explain it, by name.
/// The words are made from code and facts in the reader's language, at the edge of the program.
/// </summary>
/// <param name="Code">Lower-case words, feature first: <c>voucher.own-voucher</c>.</param>
/// <param name="Facts">What the reader needs to know: fund, amount, limit, who can put it right.</param>
public sealed record Refusal(string Code, IReadOnlyDictionary<string, object?> Facts);
