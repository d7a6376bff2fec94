using CommunityFund.Books;
using CommunityFund.Ledger;
using CommunityFund.Vouchers;
using CommunityFund.Web.Pages.Documents;
using CommunityFund.Web.Shell;
using Microsoft.AspNetCore.Mvc;
using NodaTime;

namespace CommunityFund.Web.Pages.Vouchers;

/// <summary>What the pages with a grid share: rows of text, what can be chosen, and reading the one by the other.</summary>
[RequestFormLimits(ValueCountLimit = 8000)]
public abstract class GridPage : FundPage
{
    private const int FirstRows = 6, MoreRows = 10;

    [BindProperty]
    public List<GridRow> Rows { get; set; } = [];

    /// <summary>A dropped voucher of one's own to begin from.</summary>
    [BindProperty(SupportsGet = true, Name = "from")]
    public long? CopyOf { get; set; }

    public GridChoices? Choices { get; private set; }

    /// <summary>Opening balances have neither description, restriction nor cash-flow item of their own.</summary>
    public abstract bool IsOpening { get; }

    /// <summary>The documents that go with the voucher; null where it needs none.</summary>
    public virtual EnclosedForm? Documents => null;

    /// <summary>Where who discards the grid goes.</summary>
    public virtual string Elsewhere => Url.Page("Index")!;

    public GridRowView RowAt(int place) => new($"{place}", Rows[place], Choices!, IsOpening, ModelState, Kept(Rows[place]));

    /// <summary>The row that the script copies.</summary>
    public GridRowView BlankRow => new("__place__", new GridRow(), Choices!, IsOpening, ModelState);

    /// <summary>Without a script, more rows come from here; nothing is judged yet.</summary>
    public async Task<IActionResult> OnPostMoreAsync()
    {
        await Receive();
        if (await Load())
        {
            Pad(MoreRows);
        }

        return Page();
    }

    /// <summary>Keeps the documents that came with the form; false if the database was away.</summary>
    protected Task<bool> Receive() => Documents is null ? Task.FromResult(true)
        : Try(() => Documents.Receive(Session, FormKey, ModelState, W, Ct));

    /// <summary>What a row carries beside its cells, in words; null for nothing.</summary>
    protected virtual string? Kept(GridRow row) => null;

    /// <summary>All that the page needs before its rows are looked at.</summary>
    protected abstract Task<bool> Load();

    /// <summary>Drops blank rows, so that a line's number is the number of its row, and asks what can be chosen.</summary>
    protected async Task<bool> Begin(LocalDate? day)
    {
        Rows = [.. Rows.Where(row => !row.IsBlank)];
        return await Try(async () => Choices = await Session.Ask(new ChoicesOn(day), Ct));
    }

    protected async Task<VoucherView?> Copy()
    {
        VoucherView? voucher = null;
        if (CopyOf is { } id && Choices is not null)
        {
            await Try(async () => voucher = await Session.Ask(new VoucherPage(id), Ct));
        }

        if (voucher is not { MayCopy: true } || !MayBegin(voucher))
        {
            return null;
        }

        Rows = [.. voucher.Lines.Select(line => GridRow.Of(line, voucher, Choices!))];
        return voucher;
    }

    /// <summary>Whether the grid may begin from a voucher that was dropped.</summary>
    protected virtual bool MayBegin(VoucherView dropped) =>
        dropped.Kind == (IsOpening ? VoucherKind.Opening : VoucherKind.Ordinary);

    protected void Pad(int more = 1)
    {
        int wanted = Math.Min(Math.Max(FirstRows, Rows.Count + more), JournalEntry.MaxLines);
        Rows.AddRange(Enumerable.Range(0, Math.Max(0, wanted - Rows.Count)).Select(_ => new GridRow()));
    }

    /// <summary>Every row as a line; what is wrong with any of them stands beside it.</summary>
    protected IReadOnlyList<VoucherRow> ReadRows()
    {
        for (int place = 0; place < Rows.Count; place++)
        {
            Balance(Rows[place]);
        }

        return [.. Rows.Select(ReadRow)];
    }

    /// <summary>Puts a refusal of the whole beside the row it names, and only there.</summary>
    protected void PlaceByLine()
    {
        Refusal = Refusal is null ? null : Named(Refusal);
        if (Refusal?.Facts.GetValueOrDefault("line") is int line && line >= 1 && line <= Rows.Count)
        {
            string field = Refusal.Code switch
            {
                var code when code.Contains("project-class", StringComparison.Ordinal) => nameof(GridRow.Class),
                var code when code.Contains("restriction", StringComparison.Ordinal) => nameof(GridRow.Restriction),
                var code when code.Contains("cash-flow", StringComparison.Ordinal)
                    || code.Contains("movement", StringComparison.Ordinal) =>
                    nameof(GridRow.Item),
                var code when code.Contains("fund", StringComparison.Ordinal) => nameof(GridRow.Fund),
                _ => nameof(GridRow.Account),
            };
            ModelState.AddModelError(Field(line - 1, field), W.Of(Refusal));
            Refusal = null;
        }
    }

    /// <summary>The kernel knows codes alone; here the account and the fund also have names.</summary>
    private Refusal Named(Refusal refusal)
    {
        Dictionary<string, object?> facts = new(refusal.Facts, StringComparer.Ordinal);
        if (facts.ContainsKey("code") && facts.GetValueOrDefault("account") is string key
            && Choices!.AccountText(key) is { Length: > 0 } account)
        {
            facts["code"] = account;
        }

        if (refusal.Code == JournalEntry.Unbalanced && Choices!.Funds.FirstOrDefault(fund => facts["fund"] is string code
            && fund.Code == code) is { } known)
        {
            facts["fund"] = known.Text;
        }

        return refusal with { Facts = facts };
    }

    /// <summary>What must be written there; an empty cell is asked for in its own words.</summary>
    private T? ReadNeeded<T>(string field, string? typed, string missing, Func<T> read)
    {
        if (!string.IsNullOrWhiteSpace(typed))
        {
            return Read(field, read);
        }

        ModelState.AddModelError(field, W[missing]);
        return default;
    }

    private static string Field(int place, string name) => $"{nameof(Rows)}[{place}].{name}";

    private VoucherRow ReadRow(GridRow row, int place)
    {
        string? account = ReadNeeded(Field(place, nameof(row.Account)), row.Account, "voucher.grid.account-missing",
            () => Choices!.Chart.Typed(row.Account).Account.Key);
        GridFund? fund = ReadNeeded(Field(place, nameof(row.Fund)), row.Fund, "voucher.grid.fund-missing",
            () => Choices!.Fund(row.Fund));
        row.Account = account is null ? row.Account : Choices!.AccountText(account) is { Length: > 0 } text ? text : row.Account;
        row.Fund = fund?.Text ?? row.Fund;
        bool moves = row.Movement != MovementKind.Ordinary;
        WrittenAmount? written = ReadAmount(row, place);
        return new VoucherRow(
            account ?? "", fund?.FundId ?? 0, written?.Side ?? Side.Debit, written?.Amount ?? Amount.Fen(0),
                Codes.RestrictionOf(row.Restriction ?? ""),
            moves || string.IsNullOrEmpty(row.Item) ? null : row.Item, row.Movement, Narrative: row.Narrative?.Trim(),
                Origin: row.Origin, ProjectClass: IsOpening ? null : row.Class ?? "");
    }

    private WrittenAmount? ReadAmount(GridRow row, int place)
    {
        Amount? debit = ReadCell(Field(place, nameof(row.Debit)), row.Debit),
            credit = ReadCell(Field(place, nameof(row.Credit)), row.Credit);
        bool unread = (debit is null && !string.IsNullOrWhiteSpace(row.Debit))
            || (credit is null && !string.IsNullOrWhiteSpace(row.Credit));
        return unread ? null : Read(Field(place, nameof(row.Debit)), () => WrittenAmount.Of(debit, credit, place + 1));
    }

    private Amount? ReadCell(string field, string? typed) =>
        string.IsNullOrWhiteSpace(typed) ? null
            : Read(field, () => IsOpening ? AmountText.ReadPositive(typed) : AmountText.Read(typed));

    /// <summary>An = stands for what its fund lacks; the script does the same while one types.</summary>
    private void Balance(GridRow row)
    {
        if (row.Debit?.Trim() is not ("=" or "＝") && row.Credit?.Trim() is not ("=" or "＝"))
        {
            return;
        }

        Int128 lacks = Rows.Where(other => other != row && FundOf(other) == FundOf(row))
            .Aggregate((Int128)0, (sum, other) => sum + Units(other.Credit) - Units(other.Debit));
        if (lacks != 0 && Int128.Abs(lacks) <= long.MaxValue)
        {
            string text = Amount.Fen((long)Int128.Abs(lacks)).ToString();
            (row.Debit, row.Credit) = lacks > 0 ? (text, "") : ("", text);
        }
    }

    private int? FundOf(GridRow row)
    {
        string text = (row.Fund ?? "").Trim();
        return Choices!.Funds.FirstOrDefault(fund => text == fund.Text || text == fund.Code || text == fund.Name)?.FundId;
    }

    private static long Units(string? typed)
    {
        try
        {
            return string.IsNullOrWhiteSpace(typed) ? 0 : AmountText.Read(typed).Units;
        }
        catch (RefusedException)
        {
            return 0;
        }
    }
}
