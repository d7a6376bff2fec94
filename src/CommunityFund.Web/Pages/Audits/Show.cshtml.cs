using CommunityFund.Audits;
using Microsoft.AspNetCore.Mvc;

namespace CommunityFund.Web.Pages.Audits;

/// <summary>One remark: what was said step by step, and what the reader may do.</summary>
public sealed class ShowModel : RemarkFormPage
{
    [BindProperty(SupportsGet = true)]
    public long Id { get; set; }

    [BindProperty]
    public short Step { get; set; }

    [BindProperty]
    public string? Words { get; set; }

    [BindProperty]
    public string? Days { get; set; }

    [BindProperty]
    public string? Until { get; set; }

    public string UntilType => TypeOf(Until);

    public RemarkView? View { get; private set; }

    public Task OnGetAsync() => Load();

    public Task<IActionResult> OnPostAnswerAsync() => Do("audits.said-answered",
        () => Session.Run(new AnswerRemark(FormKey, Id, Step, Words ?? "", Enclosed.Enclosures), Ct));

    public Task<IActionResult> OnPostBackAsync()
    {
        RemarkDue due = ReadDue(Days, Until);
        return Do("audits.said-back", () => Session.Run(new SendBackRemark(FormKey, Id, Step, Words ?? "", due), Ct));
    }

    public Task<IActionResult> OnPostCloseAsync() =>
        Do("audits.said-closed", () => Session.Run(new CloseRemark(FormKey, Id, Step, Words ?? ""), Ct));

    private Task<IActionResult> Do(string said, Func<Task> command) => Do(async () =>
    {
        await command();
        return said;
    }, Load, new { id = Id });

    private Task Load() => Try(async () => View = await Session.Ask(new RemarkPage(Id), Ct));
}
