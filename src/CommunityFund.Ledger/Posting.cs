namespace CommunityFund.Ledger;

/// <summary>
/// One line of an entry: a side and a signed amount that is not zero. A negative amount is red ink: it undoes on the
/// side where the original stands, so turnover is not blown up (会计基础工作规范 第五十一条).
/// </summary>
/// <param name="Account">The account, with what its lines must carry.</param>
/// <param name="Fund">Code of the fund; every fund balances within each entry.</param>
/// <param name="Side">借 or 贷.</param>
/// <param name="Amount">Signed, never zero.</param>
/// <param name="Tags">Restriction, cash-flow item, movement kind and the optional dimensions.</param>
public sealed record Posting(Account Account, string Fund, Side Side, Amount Amount, Tags Tags)
{
    /// <summary>Debits count up, credits count down: the sum per entry, fund and commodity is zero.</summary>
    public Amount Signed => Side == Side.Debit ? Amount : -Amount;

    /// <summary>The same line in red: same side, other sign.</summary>
    /// <exception cref="OverflowException">The amount has no twin of the other sign.</exception>
    public Posting Red() => this with { Amount = -Amount };
}

/// <summary>What a line carries beside account, fund and amount.</summary>
/// <param name="Restriction">限定 or 非限定, where the account asks for it.</param>
/// <param name="CashFlow">The item of form 03, on own-cash lines.</param>
/// <param name="Movement">Ordinary unless the line moves net assets in another way.</param>
/// <param name="ProjectClass">Class of project for form 02, or null.</param>
/// <param name="Project">Id of a project, or null.</param>
/// <param name="Counterparty">Id of a person or organisation; names never stand in the books.</param>
/// <param name="Enterprise">Id of a social enterprise, or null.</param>
/// <param name="Document">Id of the source document of this line, or null.</param>
/// <param name="Narrative">摘要 of this line; null means the entry's own.</param>
/// <param name="Clause">The outside words that restrict an inflow more narrowly than its fund; null means the fund's own.</param>
public sealed record Tags(
    Restriction? Restriction = null,
    CashFlow? CashFlow = null,
    MovementKind Movement = MovementKind.Ordinary,
    string? ProjectClass = null,
    long? Project = null,
    long? Counterparty = null,
    long? Enterprise = null,
    long? Document = null,
    string? Narrative = null,
    string? Clause = null)
{
    /// <summary>A line that carries nothing special.</summary>
    public static Tags None { get; } = new();
}
