using CommunityFund.Ledger;
using static CommunityFund.Banking.StatementColumn;

namespace CommunityFund.Banking;

/// <summary>What a row says in words.</summary>
internal sealed class LineWords(StatementHeader header)
{
    public const int Longest = 400;

    private readonly bool namesBoth = header.Has(PayerName) || header.Has(PayeeName) || header.Has(PayerAccount) || header.Has(PayeeAccount);

    public string Of(StatementRow row, StatementColumn column) =>
        StatementCell.Shorten(FirstWords(row, column), Longest);

    public string Remarks(StatementRow row) => header.Places(Remark).Count == 1 ? Of(row, Remark)
        : StatementCell.Shorten(string.Join("；", header.Cells(row, Remark).Where(cell => !StatementCell.SaysNothing(cell))), Longest);

    /// <summary>The other side: who paid where money came in, who was paid where it went out.</summary>
    public string Name(StatementRow row, Amount amount) =>
        Either(row, amount, CounterpartyName, PayerName, PayeeName) is { Length: > 0 } name ? name
        : NameIn(Either(row, amount, CounterpartyAccount, PayerAccount, PayeeAccount));

    public string Account(StatementRow row, Amount amount)
    {
        string account = Either(row, amount, CounterpartyAccount, PayerAccount, PayeeAccount);
        return Joint(account) is { } joint ? joint.Account : account;
    }

    // 张*(139******01) stands for a name too.
    private static string NameIn(string account) =>
        Joint(account) is { } joint ? joint.Name : account.Any(c => c is >= '\u4E00' and <= '\u9FFF') ? account : "";

    /// <summary>Account and name in one cell, 6217…/张三.</summary>
    private static (string Account, string Name)? Joint(string cell)
    {
        int bar = cell.IndexOfAny(['/', '|', '／']);
        if (bar <= 0)
        {
            return null;
        }

        (string one, string other) = (cell[..bar].Trim(), cell[(bar + 1)..].Trim());
        return IsNumber(one) && !IsNumber(other) ? (one, other) : IsNumber(other) && !IsNumber(one) ? (other, one) : null;
    }

    private static bool IsNumber(string text) =>
        text.Length == 0 || (text.Length >= 4 && text.All(c => char.IsAsciiDigit(c) || c is '*' or 'x' or 'X' or '-' or '•'));

    private string Either(
        StatementRow row, Amount amount, StatementColumn counterparty, StatementColumn payer, StatementColumn payee)
    {
        string told = Of(row, counterparty);
        if (told.Length > 0 || !namesBoth)
        {
            return told;
        }

        StatementColumn theirs = amount.IsNegative ? payee : payer;
        return Of(row, header.Has(theirs) ? theirs : amount.IsNegative ? payer : payee);
    }

    private string FirstWords(StatementRow row, StatementColumn column)
    {
        foreach (int place in header.Places(column))
        {
            if (!StatementCell.SaysNothing(row.Cell(place)))
            {
                return StatementCell.Bare(row.Cell(place));
            }
        }

        return "";
    }
}
