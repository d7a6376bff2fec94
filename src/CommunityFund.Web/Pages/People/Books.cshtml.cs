using CommunityFund.People;
using CommunityFund.Web.Hosting;
using CommunityFund.Web.Shell;
using Microsoft.AspNetCore.Mvc;

namespace CommunityFund.Web.Pages.People;

/// <summary>The books in which one holds a role, and going from one to another.</summary>
public sealed class BooksModel(Entrance entrance) : FundPage
{
    public IReadOnlyList<MyBook> Books { get; private set; } = [];

    public Task OnGetAsync() => Try(async () => Books = await Session.Ask(new MyBooks(), Ct));

    public async Task<IActionResult> OnPostAsync(int book) =>
        await Try(() => entrance.Open(book)) ? LocalRedirect("/") : Page();
}
