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
    public string Name(StatementRow row, Amount amount) => Either(row, amount, CounterpartyName, PayerName, PayeeName);

    public string Account(StatementRow row, Amount amount) => Either(row, amount, CounterpartyAccount, PayerAccount, PayeeAccount);

    private string Either(
        StatementRow row, Amount amount, StatementColumn counterparty, StatementColumn payer, StatementColumn payee)
    {
        string told = Of(row, counterparty);
        return told.Length > 0 || !namesBoth ? told : Of(row, amount.IsNegative ? payee : payer);
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
