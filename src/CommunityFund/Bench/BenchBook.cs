namespace CommunityFund.Bench;

/// <summary>One of the books of a <see cref="BenchGround"/>, with what a voucher needs to know of it.</summary>
/// <param name="Funds">Funds of its own money; the general fund is among them.</param>
/// <param name="Income">Income accounts, for vouchers.</param>
/// <param name="Accounts">All accounts that any line may name, for filling a book.</param>
/// <param name="Restricted">Which of <paramref name="Accounts"/> ask whether the money is restricted.</param>
public sealed record BenchBook(
    int Book, long Maker, long Reviewer, int Bank, IReadOnlyList<int> Funds, IReadOnlyList<int> Income,
    IReadOnlyList<int> Accounts, IReadOnlyList<bool> Restricted);
