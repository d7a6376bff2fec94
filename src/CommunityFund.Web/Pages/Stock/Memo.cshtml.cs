using CommunityFund.Books;
using CommunityFund.Stock;
using CommunityFund.Web.Shell;
using Microsoft.AspNetCore.Mvc;
using NodaTime;
using NodaTime.Text;

namespace CommunityFund.Web.Pages.Stock;

/// <summary>Goods that are only noted, as the notes ask for them.</summary>
public sealed class MemoModel : FundPage
{
    private const string Xlsx = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

    [BindProperty(SupportsGet = true)]
    public string? From { get; set; }

    [BindProperty(SupportsGet = true)]
    public string? To { get; set; }

    public MemoView? View { get; private set; }

    public Task OnGetAsync() => Try(async () => Show(await Session.Ask(Asked(), Ct)));

    public async Task<IActionResult> OnGetWorkbookAsync() => await Try(async () => Show(await Session.Download(Asked(), Ct)))
        ? File(StockWorkbook.Draw(View!, W), Xlsx, StockWorkbook.FileName(W["memo.title"], View!.Body)) : Page();

    private static LocalDate? Read(string? day) => string.IsNullOrWhiteSpace(day) ? null : DayText.Read(day);

    private MemoRegister Asked() => new(Read(From), Read(To));

    private void Show(MemoView view)
    {
        View = view;
        ModelState.Clear();
        (From, To) = (LocalDatePattern.Iso.Format(view.From), LocalDatePattern.Iso.Format(view.To));
    }
}
