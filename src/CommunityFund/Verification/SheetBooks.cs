using CommunityFund.Books;

namespace CommunityFund.Verification;

/// <summary>An account as the sheet of accounts has it.</summary>
/// <param name="Code">Null in a row that was changed: what else says so too is not changed for that.</param>
internal sealed record SheetAccount(long Id, string Key, string? Code, string? Name, string Above);

/// <summary>A fund as the sheet of funds has it.</summary>
/// <param name="Name">Null in a row that was changed.</param>
internal sealed record SheetFund(string Code, string? Name, string Above);

/// <summary>Accounts and funds of a workbook, which are few.</summary>
internal sealed class SheetBooks
{
    private const int Most = 100_000;

    public Dictionary<long, SheetAccount> Accounts { get; } = [];

    public Dictionary<string, SheetFund> Funds { get; } = new(StringComparer.Ordinal);

    /// <summary>Whether none of their rows was changed.</summary>
    public bool IsRight { get; private set; } = true;

    /// <summary>Reads them; what is wrong with their sheets is told when these are read with all others.</summary>
    public static SheetBooks Of(SheetReader reader, Seal seal)
    {
        SheetBooks books = new();
        while (reader.NextSheet())
        {
            if (seal.Named(reader.Sheet) is { Key: "accounts" or "funds" } should)
            {
                books.Read(reader, should);
            }
        }

        return books;
    }

    private void Read(SheetReader reader, SealedSheet should)
    {
        SheetProof proof = new(reader, should, nameOfCheck: null, _ => IsRight = false);
        while (proof.Next())
        {
            WorkbookFile.Must(Accounts.Count + Funds.Count <= Most);
            bool isRight = proof.IsRowRight;
            IsRight &= isRight;
            if (should.Key == "funds")
            {
                const int Code = 0, Name = 1, Above = 3;
                Funds[reader.Text(Code)] = new SheetFund(reader.Text(Code), isRight ? reader.Text(Name) : null, reader.Text(Above));
            }
            else if (reader.Number(0) is >= 0 and <= long.MaxValue and var account)
            {
                const int Code = 1, Name = 2, Key = 3, Above = 5;
                Accounts[(long)account] = new SheetAccount((long)account, reader.Text(Key), isRight ? reader.Text(Code) : null,
                    isRight ? reader.Text(Name) : null, reader.Text(Above));
            }
        }
    }
}
