using System.Globalization;
using CommunityFund.Books;
using CommunityFund.People;
using CommunityFund.Web.Shell;
using Microsoft.AspNetCore.Mvc;
using NodaTime;
using NodaTime.Text;

namespace CommunityFund.Web.Pages.People;

/// <summary>Who did what, and who came in: by person, time and content, page by page or as a file.</summary>
public sealed class LogModel : FundPage
{
    private const int Size = 50, FileSize = 100_000;

    [BindProperty(SupportsGet = true)]
    public string? Of { get; set; }

    [BindProperty(SupportsGet = true)]
    public string? Who { get; set; }

    [BindProperty(SupportsGet = true)]
    public string? From { get; set; }

    [BindProperty(SupportsGet = true)]
    public string? Until { get; set; }

    [BindProperty(SupportsGet = true)]
    public string? Text { get; set; }

    [BindProperty(SupportsGet = true, Name = "p")]
    public string? P { get; set; }

    public LoggedCommands? Commands { get; private set; }

    public SignInItems? SignIns { get; private set; }

    public bool OfSignIns => Of == "sign-ins";

    public long? Person => long.TryParse(Who, CultureInfo.InvariantCulture, out long id) ? id : null;

    public Pager Pager => new(Number, Size, OfSignIns ? SignIns!.Total : Commands!.Total);

    public string FileUrl => Url.Page("Log", "File", new { of = Of, who = Who, from = From, until = Until, text = Text })!;

    private int Number => int.TryParse(P, CultureInfo.InvariantCulture, out int page) ? Math.Clamp(page, 1, 100_000) : 1;

    public Task OnGetAsync() => Load();

    public async Task<IActionResult> OnGetFileAsync()
    {
        LogFile file = new(W);
        if (await Try(async () =>
        {
            if (OfSignIns)
            {
                file.Write((await Session.Download(SignInsOn(1, FileSize), Ct)).Items);
            }
            else
            {
                file.Write((await Session.Download(CommandsOn(1, FileSize), Ct)).Items);
            }
        }))
        {
            return File(file.Bytes(), "text/csv; charset=utf-8", W["log.file-name", (await WhoAmI()).Today]);
        }

        await Load();
        return Page();
    }

    /// <summary>What was filled in, in one line.</summary>
    public string Filled(LoggedCommand row) => LogFile.Filled(W, row);

    private Task Load() => Try(async () =>
    {
        Commands = await Session.Ask(CommandsOn(OfSignIns ? 1 : Number, OfSignIns ? 1 : Size), Ct);
        SignIns = OfSignIns ? await Session.Ask(SignInsOn(Number, Size), Ct) : null;
    });

    private OperationLog CommandsOn(int page, int size) =>
        new(Person, Day(From), Day(Until), Text ?? "", CommandsCalled(Text ?? ""), page, size);

    private SignInLogList SignInsOn(int page, int size) => new(Person, Day(From), Day(Until), page, size);

    private List<string> CommandsCalled(string text) => text.Trim().Length == 0 ? []
        : [.. W.Keys.Where(key => key.StartsWith("command.", StringComparison.Ordinal)
            && W[key].Value.Contains(text.Trim(), StringComparison.OrdinalIgnoreCase)).Select(key => key["command.".Length..])];

    private static LocalDate? Day(string? typed) =>
        LocalDatePattern.Iso.Parse((typed ?? "").Trim()) is { Success: true, Value: { Year: > 1900 and < 2200 } day } ? day : null;
}
