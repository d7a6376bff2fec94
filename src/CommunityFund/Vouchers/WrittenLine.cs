using CommunityFund.Books;
using CommunityFund.Ledger;

namespace CommunityFund.Vouchers;

/// <summary>What a line that a person wrote must keep to before the kernel sees it; every refusal names the line.</summary>
internal static class WrittenLine
{
    /// <summary>Memorandum accounts are moved by the workflow they belong to, never by hand.</summary>
    public const string MemorandumByHand = "voucher.memorandum-by-hand";

    /// <summary>Agency money stands in the agency fund only, and nothing else does.</summary>
    public const string AgencyFund = "voucher.agency-fund";

    /// <summary>A line of nothing says nothing.</summary>
    public const string AmountZero = "voucher.amount-zero";

    public static ChartAccount Account(Chart chart, string key, int line)
    {
        ChartAccount account = chart.Find(key)
            ?? throw new RefusedException(Chart.UnknownAccount, ("typed", key), ("line", line));
        return account switch
        {
            { Account.Class: AccountClass.Memorandum } =>
                throw new RefusedException(MemorandumByHand, ("account", account.Name), ("line", line)),
            { TakesLines: false } => throw new RefusedException(Chart.HasSubAccounts, ("account", account.Name), ("line", line)),
            _ => account,
        };
    }

    public static Fund Fund(IReadOnlyDictionary<int, Fund> funds, int id, ChartAccount account, int line)
    {
        Fund fund = funds.GetValueOrDefault(id) ?? throw new RefusedException(Work.UnknownFund, ("typed", id), ("line", line));
        return fund.Kind == FundKind.Agency == account.Account.Role is AccountRole.Agency or AccountRole.AgencyCash
            ? fund
            : throw new RefusedException(AgencyFund, ("account", account.Name), ("fund", fund.Name), ("line", line));
    }

    public static void NotZero(Amount amount, int line)
    {
        if (amount.IsZero)
        {
            throw new RefusedException(AmountZero, ("line", line));
        }
    }

    /// <summary>Adds a line to the draft; the kernel's four calls say apart what the sign says here.</summary>
    public static void Write(this EntryDraft draft, Account account, string fund, Side side, Amount amount, Tags tags)
    {
        Amount size = amount.IsNegative ? -amount : amount;
        _ = (side, amount.IsNegative) switch
        {
            (Side.Debit, false) => draft.Debit(account, fund, size, tags),
            (Side.Credit, false) => draft.Credit(account, fund, size, tags),
            (Side.Debit, true) => draft.RedDebit(account, fund, size, tags),
            _ => draft.RedCredit(account, fund, size, tags),
        };
    }

    /// <summary>
    /// What the grid does not show and a corrected line keeps of its original: whom, which project, which document, and the
    /// donor's own words. The fund's words go with the fund: a gift moved to another fund takes that one's.
    /// </summary>
    public static Tags Kept(IReadOnlyList<VoucherLine>? origin, VoucherRow row, Restriction? restriction,
        IReadOnlyDictionary<int, Fund> funds)
    {
        if (origin?.FirstOrDefault(line => line.LineNo == row.Origin) is not { } was)
        {
            return new Tags(Counterparty: row.Counterparty);
        }

        bool wordsHold = restriction == Restriction.Restricted
            && (row.Fund == was.FundId || was.Clause != funds[was.FundId].Clause);
        Tags tags = was.Tags;
        return tags with { Counterparty = row.Counterparty ?? tags.Counterparty, Clause = wordsHold ? tags.Clause : null };
    }
}
