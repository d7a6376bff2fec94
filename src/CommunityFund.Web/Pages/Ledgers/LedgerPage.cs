using CommunityFund.Books;
using CommunityFund.Ledger;
using CommunityFund.Statements;
using CommunityFund.Web.Shell;
using Microsoft.AspNetCore.Http.Extensions;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace CommunityFund.Web.Pages.Ledgers;

/// <summary>What the pages of ledgers share: filters in the address, one sheet, its workbook.</summary>
public abstract class LedgerPage : FundPage
{
    private const string Xlsx = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

    private bool _takesAway;

    [BindProperty(SupportsGet = true, Name = "")]
    public LedgerForm Form { get; set; } = new();

    [BindProperty(SupportsGet = true, Name = "p")]
    public int Number { get; set; } = 1;

    public LedgerChoice? Choice { get; private set; }

    public LedgerSheet? Sheet { get; private set; }

    /// <summary>Where the pages on either side begin; null where there are none.</summary>
    public LinePlace? Before { get; protected set; }

    public LinePlace? After { get; protected set; }

    /// <summary>Of a list that is counted.</summary>
    public Pager? Pager { get; protected set; }

    public string Title => Sheet?.Title ?? W[$"ledgers.{Name}"];

    /// <summary>The page's own name among the ledgers.</summary>
    public abstract string Name { get; }

    /// <summary>Fields of the form that this ledger has.</summary>
    public abstract IReadOnlyList<string> Fields { get; }

    public bool Has(string field) => Fields.Contains(field);

    /// <summary>The days, account and division alone.</summary>
    public string Cleared => With(
        [.. new[] { "fund", "below", "known", "party", "project", "text", "least", "most", "series", "number" }
            .Select(name => (name, (string?)null))]);

    /// <summary>This very state of the books, whatever is posted later: days and position are written out.</summary>
    public string Pinned => With(
        ("from", LedgerForm.Shown(Form.From, Choice!.Statements.First, last: false)),
        ("to", LedgerForm.Shown(Form.To, Choice.Statements.Last, last: true)), ("known", W.Show(Sheet!.Head.KnownAt)));

    public static string FieldOf(string day) => TypeOf(day);

    public Task OnGet() => Try(async () =>
    {
        await Choose();
        Sheet = await Draw(Form.Rows);
    });

    public async Task<IActionResult> OnGetWorkbook()
    {
        Stream? many = null;
        bool drawn = await Try(async () =>
        {
            await Choose();
            (Form.After, Form.Before, Number, _takesAway) = (null, null, 1, true);
            Sheet = await Draw(LedgerSheet.MostRows);
            many = IsMore ? await Many() : null;
        });
        return !drawn ? await Again()
            : many is null ? File(LedgerWorkbook.Draw(Sheet!, W), Xlsx, LedgerWorkbook.FileName(Sheet!, W))
            : File(many, Xlsx, LedgerWorkbook.FileName(Sheet!, W));
    }

    public async Task<IActionResult> OnGetPdf()
    {
        IActionResult taken = await TakePdf(async () =>
        {
            await Choose();
            (Form.After, Form.Before, Number, _takesAway) = (null, null, 1, true);
            Sheet = await Draw(PaperSheet.MostRows);
            return IsMore ? throw new RefusedException(PaperSheet.TooLong, ("limit", PaperSheet.MostRows)) : LedgerPaper.Of(Sheet, W);
        });
        return taken is PageResult ? await Again() : taken;
    }

    /// <summary>This address with another part; empty takes it away.</summary>
    public string With(params IReadOnlyList<(string Name, string? Value)> parts)
    {
        string[] gone = [.. parts.Select(part => part.Name), "after", "before", "p", "handler"];
        QueryBuilder query = new(Request.Query.Where(part => !gone.Contains(part.Key, StringComparer.OrdinalIgnoreCase))
            .SelectMany(part => part.Value, (part, value) => KeyValuePair.Create(part.Key, value ?? "")));
        foreach ((string name, string? value) in parts.Where(part => !string.IsNullOrEmpty(part.Value)))
        {
            query.Add(name, value!);
        }

        return Request.PathBase + Request.Path + query.ToQueryString();
    }

    /// <summary>The same choice in another ledger.</summary>
    public string In(string ledger)
    {
        bool fits = ledger != "DayBook" || Choice?.Accounts.FirstOrDefault(account => account.Key == Form.Account) is { IsCash: true };
        string here = fits ? With() : With(("account", null));
        int at = here.IndexOf('?', StringComparison.Ordinal);
        return $"{Request.PathBase}/Ledgers/{ledger}{(at < 0 ? "" : here[at..])}";
    }

    /// <summary>Where a cell leads, with what was chosen here kept.</summary>
    public string Link(SheetLink link)
    {
        if (link.Voucher is { } voucher)
        {
            return $"{Request.PathBase}/Vouchers/Show?id={W.Show(voucher)}";
        }

        QueryBuilder query = new();
        Add("account", link.Account);
        LedgerRange range = Sheet!.Head.Range;
        Add("from", link.Period is { } from && !(from == range.FromPeriod && range.CutsFirst) ? W.Show(from) : Form.From);
        Add("to", link.Period is { } to && !(to == range.ToPeriod && range.CutsLast) ? W.Show(to) : Form.To);
        Add("fund", link.Fund is { } fund ? W.Show(fund) : Form.Fund);
        Add("below", link.Fund is null ? Form.Below : "no");
        Add("party", link.Counterparty is { } party ? $"#{W.Show(party)}" : Form.Party);
        Add("project", link.Project is { } project ? W.Show(project) : Form.Project);
        Add("known", Form.Known);
        return $"{Request.PathBase}/Ledgers/Account{query.ToQueryString()}";

        void Add(string name, string? value)
        {
            if (!string.IsNullOrEmpty(value))
            {
                query.Add(name, value);
            }
        }
    }

    protected abstract Task<LedgerSheet> Draw(int size);

    /// <summary>Reads what is drawn; a workbook is taken away, and that asks for a recent proof.</summary>
    protected Task<T> Read<T>(Query<T> query) => _takesAway ? Session.Download(query, Ct) : Session.Ask(query, Ct);

    protected LedgerDays Days => Form.Days(Choice!.Statements);

    private bool IsMore => After is not null || (Pager is { } pager && pager.Last > Number);

    /// <summary>A ledger of many pages as a file that is gone once it is sent.</summary>
    private async Task<Stream> Many()
    {
        FileStream file = new(Path.Combine(Path.GetTempPath(), Path.GetRandomFileName()), new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.ReadWrite,
            Options = FileOptions.DeleteOnClose | FileOptions.Asynchronous,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        });
        try
        {
            await LongLedgerWorkbook.Write(file, Parts(), W, Ct);
            file.Position = 0;
            return file;
        }
        catch
        {
            await file.DisposeAsync();
            throw;
        }
    }

    /// <summary>All pages at the position of the first, whatever is posted meanwhile; one proof is enough for all.</summary>
    private async IAsyncEnumerable<LedgerSheet> Parts()
    {
        LedgerSheet part = Sheet!;
        var asked = (Form.Known, Form.After, Number);
        try
        {
            (Form.Known, _takesAway) = (W.Show(part.Head.KnownAt), false);
            yield return part;
            while (IsMore)
            {
                (Form.After, Number) = (After?.ToString(), Number + 1);
                yield return await Draw(LedgerSheet.MostRows);
            }
        }
        finally
        {
            (Form.Known, Form.After, Number) = asked;
        }
    }

    private async Task Choose() => Choice = await Session.Ask(new LedgerChoices(), Ct);

    private async Task<IActionResult> Again()
    {
        Refusal? no = Refusal;
        if (Choice is not null && (no?.Code == LedgerWorkbook.TooManyRows || Sheet is not null))
        {
            _takesAway = false;
            await Try(async () => Sheet = await Draw(Form.Rows));
        }

        Refusal = no;
        return Page();
    }
}
