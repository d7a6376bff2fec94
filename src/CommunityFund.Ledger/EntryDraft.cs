using NodaTime;

namespace CommunityFund.Ledger;

/// <summary>An entry being written. It proves nothing until <see cref="Balanced"/>.</summary>
public sealed class EntryDraft
{
    /// <summary>A line's amount is zero, or has the wrong sign for the call.</summary>
    public const string NotPositive = "entry.amount-not-positive";

    /// <summary>A line misses 限定 or 非限定.</summary>
    public const string RestrictionMissing = "entry.restriction-missing";

    /// <summary>A line says the opposite of what its net-asset account means.</summary>
    public const string RestrictionWrong = "entry.restriction-wrong";

    /// <summary>An own-cash line misses its cash-flow item.</summary>
    public const string CashFlowMissing = "entry.cash-flow-missing";

    /// <summary>A line that is not own cash carries a cash-flow item.</summary>
    public const string CashFlowMisplaced = "entry.cash-flow-misplaced";

    /// <summary>A net-asset line does not say why it moves.</summary>
    public const string MovementMissing = "entry.movement-missing";

    private readonly LocalDate _occurredOn;
    private readonly string _narrative;
    private readonly List<Posting> _lines = [];

    internal EntryDraft(LocalDate occurredOn, string narrative) => (_occurredOn, _narrative) = (occurredOn, narrative);

    /// <summary>Adds a debit of a positive amount.</summary>
    /// <exception cref="RefusedException">The amount is not positive, or the line misses what its account asks for.</exception>
    public EntryDraft Debit(Account account, string fund, Amount amount, Tags? tags = null) =>
        Add(account, fund, Side.Debit, Positive(amount), tags);

    /// <summary>Adds a credit of a positive amount.</summary>
    /// <exception cref="RefusedException">The amount is not positive, or the line misses what its account asks for.</exception>
    public EntryDraft Credit(Account account, string fund, Amount amount, Tags? tags = null) =>
        Add(account, fund, Side.Credit, Positive(amount), tags);

    /// <summary>Adds a red debit: <paramref name="amount"/> is given positive and written negative on the debit side.</summary>
    /// <exception cref="RefusedException">The amount is not positive, or the line misses what its account asks for.</exception>
    public EntryDraft RedDebit(Account account, string fund, Amount amount, Tags? tags = null) =>
        Add(account, fund, Side.Debit, -Positive(amount), tags);

    /// <summary>Adds a red credit: <paramref name="amount"/> is given positive and written negative on the credit side.</summary>
    /// <exception cref="RefusedException">The amount is not positive, or the line misses what its account asks for.</exception>
    public EntryDraft RedCredit(Account account, string fund, Amount amount, Tags? tags = null) =>
        Add(account, fund, Side.Credit, -Positive(amount), tags);

    /// <summary>Proves the entry and makes it.</summary>
    /// <exception cref="RefusedException">
    /// A fund does not balance, there are fewer than two lines, memorandum lines stand beside statutory ones, or cash
    /// between funds does not add up to zero.
    /// </exception>
    public JournalEntry Balanced() => JournalEntry.Proved(_occurredOn, _narrative, [.. _lines]);

    private static Amount Positive(Amount amount) =>
        amount.IsPositive ? amount : throw new RefusedException(NotPositive, ("amount", amount));

    private EntryDraft Add(Account account, string fund, Side side, Amount amount, Tags? tags)
    {
        Posting line = new(account, fund, side, amount, tags ?? Tags.None);
        if (WhyNot(line) is { } code)
        {
            throw new RefusedException(code, ("account", account.Key), ("code", account.Code), ("line", _lines.Count + 1));
        }

        _lines.Add(line);
        return this;
    }

    private static string? WhyNot(Posting line) => line switch
    {
        { Account.NeedsRestriction: true, Tags.Restriction: null } => RestrictionMissing,
        { Account.Key: Account.Keys.UnrestrictedNetAssets, Tags.Restriction: Restriction.Restricted } => RestrictionWrong,
        { Account.Key: Account.Keys.RestrictedNetAssets, Tags.Restriction: Restriction.Unrestricted } => RestrictionWrong,
        { Account.Role: AccountRole.OwnCash, Tags.CashFlow: null } => CashFlowMissing,
        { Account.Role: not AccountRole.OwnCash, Tags.CashFlow: not null } => CashFlowMisplaced,
        { Account.Class: AccountClass.NetAssets, Tags.Movement: MovementKind.Ordinary } => MovementMissing,
        _ => null,
    };
}
