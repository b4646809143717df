struct User<'a, I: Clone, H = String, const N: usize = 4>
where
    H: Send,
{
    id: Id<I>,
    #[login(auth_hash)]
    hash: H,
    names: [&'a str; N],
}
